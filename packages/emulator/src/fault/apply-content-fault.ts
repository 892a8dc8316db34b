import { textAnswer, truncated, type Answer } from '../api/answer.ts';
import type { MessagesRequest } from '../api/messages-request.ts';
import type { Prompt } from '../answer/prompt.ts';
import type { JsonObject } from '../json.ts';
import type { ContentFault } from './fault.ts';
import { unlawfulPlan } from './unlawful-plan.ts';

const HUGE_LINE = 'This line of a huge simulated answer is repeated.\n';

const REFUSAL = {
  type: 'refusal',
  category: null,
  explanation: 'Simulated refusal: no model was called.',
};

/** The answer that a fault puts in place of the usual one. */
export function applyContentFault(
  fault: ContentFault,
  usual: Answer,
  request: MessagesRequest,
  prompt: Prompt,
): Answer {
  let answer: Answer;
  switch (fault.kind) {
    case 'refusal':
      answer = { ...textAnswer(''), stopReason: 'refusal', stopDetails: REFUSAL };
      break;
    case 'max_tokens':
      answer = cutShort(usual, request.maxTokens);
      break;
    case 'empty':
      answer = textAnswer('');
      break;
    case 'bad-plan':
      answer = textAnswer(JSON.stringify(unlawfulPlan(fault.which ?? 'cycle', prompt)));
      break;
    case 'text':
      answer = textAnswer(fault.text);
      break;
    case 'tool-use':
      answer = toolUse(fault.name, fault.input);
      break;
    case 'huge':
      answer = textAnswer(HUGE_LINE.repeat(Math.ceil((fault.megabytes * 1_048_576) / HUGE_LINE.length)));
      break;
    case 'delay':
      answer = usual;
      break;
  }
  return answer;
}

/** Half of its last text, or as much as `max_tokens` allows, if that is less; what comes after it is left out. */
function cutShort(usual: Answer, maxTokens: number): Answer {
  const at = usual.blocks.findLastIndex((block) => block.type === 'text');
  const last = usual.blocks[at];
  const text = last?.type === 'text' ? last.text : '';
  const cut = truncated(text, Math.min(Math.floor(text.length / 2), maxTokens * 4));
  return { ...cut, blocks: [...usual.blocks.slice(0, Math.max(0, at)), ...cut.blocks] };
}

function toolUse(name: string, input: JsonObject): Answer {
  const block = { type: 'tool_use', id: 'toolu_simulated', name, input, caller: { type: 'direct' } } as const;
  return { ...textAnswer(''), blocks: [block], stopReason: 'tool_use' };
}
