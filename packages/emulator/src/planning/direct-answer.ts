import type { GoalFacts } from '../goal/goal-facts.ts';
import { shorten } from '../goal/wording.ts';

const SUM = /(?<left>-?\d{1,9}(?:\.\d+)?)\s*(?<operator>[-+*/x×÷])\s*(?<right>-?\d{1,9}(?:\.\d+)?)/;
const GREETING = /^\W*(?:please\s+)?(?:say\s+)?(?:hello|hi|hey|good (?:morning|evening|day)|greetings)\b/i;
const QUESTION =
  /^\W*(?:what(?:'s| is| are| was)|who(?:'s| is| was)?|when|where|define|translate|spell|say|capital of|how (?:old|many|much|tall|far)|is|are|does|did)\b/i;
const NEEDS_WORK =
  /\b(?:plan|report|research|compare|comparison|strategy|budget|itinerary|review|build|implement|write|analy[sz]e|best|should|options|pros)\b/i;
const MAX_WORDS = 9;

/** The answer to a goal too simple to split, or null when the goal deserves a plan. */
export function directAnswer(facts: GoalFacts, context: string): string | null {
  const goal = facts.goal.trim();
  const isShort = goal.split(/\s+/).length <= MAX_WORDS && !goal.includes('\n');
  if (!isShort || context !== '' || facts.subjects.length > 1 || NEEDS_WORK.test(goal)) return null;
  if (GREETING.test(goal)) return 'Hello!';
  if (!QUESTION.test(goal) && !/^[\d\s.+*/x×÷=?-]+$/.test(goal)) return null;
  const sum = SUM.exec(goal)?.groups;
  if (sum !== undefined) return sumAnswer(sum);
  return `"${shorten(goal, 200)}" is one question with one answer, so it needs no plan. The emulator knows no facts: with a model behind it, the answer would stand here.`;
}

function sumAnswer(groups: Readonly<Record<string, string>>): string | null {
  const { left = '', operator = '+', right = '' } = groups;
  const result = calculate(Number(left), operator, Number(right));
  if (!Number.isFinite(result)) return `${left} ${operator} ${right} has no value.`;
  return `${left} ${operator} ${right} = ${Number(result.toPrecision(12))}`;
}

function calculate(left: number, operator: string, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '/':
    case '÷':
      return left / right;
    default:
      return left * right;
  }
}
