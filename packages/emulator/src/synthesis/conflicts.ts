import { capitalise, listed, shorten } from '../goal/wording.ts';
import type { DigestedOutcome } from './digested-outcome.ts';

interface Statement {
  readonly label: string;
  readonly value: string;
  readonly task: string;
}

/** A point of the form "Label: 5 of something". */
const STATEMENT = /^\**(?<label>[\p{L}][\p{L}\d ,'’()-]{2,60}?)\**:\s+(?<value>[^:]*\d[^:]*)$/u;
/** Labels that each day or each part has anew. */
const REPEATED =
  /^(?:morning|afternoon|evening|budget|day \d+|length|people|place|named in the goal|step \d+)$/i;
const MAX_CONFLICTS = 5;

/** Where results give different figures for the same thing: both, by task, and which one to follow. */
export function conflictSection(outcomes: readonly DigestedOutcome[]): string[] {
  const byLabel = new Map<string, Statement[]>();
  for (const { digest, task } of outcomes) {
    for (const bullet of digest.bullets) {
      const groups = STATEMENT.exec(bullet.trim())?.groups;
      const label = groups?.['label']?.trim() ?? '';
      if (label === '' || REPEATED.test(label)) continue;
      const statement = { label, value: (groups?.['value'] ?? '').replace(/[.\s]+$/, ''), task };
      byLabel.set(label.toLowerCase(), [...(byLabel.get(label.toLowerCase()) ?? []), statement]);
    }
  }
  const lines = [...byLabel.values()].flatMap(conflict).slice(0, MAX_CONFLICTS);
  return lines.length === 0 ? [] : ['', '## Where the results disagree', '', ...lines];
}

function conflict(statements: readonly Statement[]): string[] {
  const distinct = statements.filter(
    ({ value, task }, index) =>
      statements.findIndex((other) => other.task === task || sameValue(other.value, value)) === index,
  );
  const last = distinct.at(-1);
  if (distinct.length < 2 || last === undefined) return [];
  const said = distinct.map(({ value, task }) => `${shorten(value, 80)} [${task}]`);
  return [
    `- ${capitalise(last.label)}: ${listed(said)}. Neither rests on a better source, so both stand until one is checked.`,
  ];
}

function sameValue(one: string, other: string): boolean {
  return figures(one) === figures(other);
}

function figures(text: string): string {
  return (text.match(/\d+(?:[.,]\d+)*/g) ?? []).toSorted().join(' ');
}
