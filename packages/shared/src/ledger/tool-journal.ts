/**
 * What a tool is known to have done is not done again.
 *
 * 1. `begin` is awaited before a tool runs, `record` before its result is told to anybody.
 * 2. A call that holds a result is never run.
 * 3. A call that an earlier run began and never recorded may have had its effect: whoever begins it again is told so.
 * 4. The first result recorded is the call's one result, whoever records it: a rerun tells the model the same words.
 * 5. A step offers what it first offered. Were a list that has changed meanwhile offered in its stead, each turn would be
 *    another request: paid for again, and its calls made again.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../contract/canonical-json.ts';
import { failpoint } from '../failpoints/failpoint.ts';
import type { JournalPlace } from './journal.ts';
import type { Ledger } from './ledger.ts';

/** One call of one tool within one place; the goal and the place are bound by {@link openToolJournal}. */
export interface ToolCallKey {
  readonly step: string;
  /** Tells the calls of one step apart. */
  readonly id: string;
  readonly tool: string;
  readonly input: unknown;
}

/** What a tool gave, as it is kept. */
export interface ToolResult {
  readonly text: string;
  /** The call failed; `text` says how. */
  readonly isError: boolean;
  /** What it gave when that was no text; `text` is its JSON. */
  readonly data?: unknown;
  /** Characters that were left out of `text`. */
  readonly leftOut?: number;
}

export type ToolBeginning =
  /** What the call is for has ended, or somebody else has taken it over: the tool must not run. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'recorded'; readonly result: ToolResult }
  /** `repeated`: an earlier run began this call, and how it ended is unknown. */
  | { readonly kind: 'begun'; readonly repeated: boolean };

/** A tool as a model is told of it. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON schema of an object. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

export interface ToolJournal {
  /** The definitions that the step first offered: these, unless an earlier run has offered others. */
  offer(step: string, tools: readonly ToolDefinition[]): Promise<readonly ToolDefinition[]>;
  /** The same for the same call, whoever makes it, and no other's: 32 hex digits. */
  idempotencyKey(key: ToolCallKey): string;
  begin(key: ToolCallKey): Promise<ToolBeginning>;
  /** Gives the result that counts. */
  record(key: ToolCallKey, result: ToolResult): Promise<ToolResult>;
}

const IDEMPOTENCY_KEY_DIGITS = 32;

/** SHA-256, in hex; the order of keys doesn't matter. */
function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** The journal of the tools of one place in a goal, kept in the ledger with the goal. */
export function openToolJournal(ledger: Ledger, { goalId, lease, retries }: JournalPlace): ToolJournal {
  const { goal, tasks, journal } = ledger.goal(goalId);
  const { place } = lease;
  const entryName = ({ step, id, tool, input }: ToolCallKey): string =>
    [retries, place, step, id, digestOf([tool, input ?? null])].join('/');
  return {
    async offer(step, tools) {
      const entry = [retries, place, step].join('/');
      const first = await ledger.run(
        'keepTools',
        [goal, journal],
        [entry, digestOf(tools), JSON.stringify(tools)],
      );
      return typeof first === 'string' ? (JSON.parse(first) as ToolDefinition[]) : tools;
    },
    idempotencyKey: (key) => digestOf([goalId, entryName(key)]).slice(0, IDEMPOTENCY_KEY_DIGITS),
    async begin(key) {
      const [kind, value] = (await ledger.run(
        'beginToolCall',
        [goal, tasks, journal],
        [entryName(key), place, lease.number, retries],
      )) as [string, string | number];
      if (kind === 'ended') return { kind };
      if (kind === 'recorded') return { kind, result: JSON.parse(String(value)) as ToolResult };
      failpoint('tool.begun');
      return { kind: 'begun', repeated: value === 1 };
    },
    async record(key, result) {
      failpoint('tool.ran');
      const kept = await ledger.run(
        'recordToolCall',
        [goal, journal],
        [entryName(key), JSON.stringify(result)],
      );
      failpoint('tool.recorded');
      return typeof kept === 'string' ? (JSON.parse(kept) as ToolResult) : result;
    },
  };
}
