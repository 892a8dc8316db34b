/**
 * Words in square brackets, in the goal or a task's description, that change how a simulated model uses its tools. Unless
 * they say otherwise it calls each tool once. `X` is a tool's name:
 *
 * - `[uses no tools]`
 * - `[calls X twice]`, `[calls X 3 times]`, `[calls X forever]`: one after another; only the tools that are named are
 *   called then.
 * - `[pauses once]`, `[pauses 3 times]`, `[pauses forever]`: before a web search or fetch, to be sent back its turn.
 */
const TIMES = /(?<once>once)|(?<twice>twice)|(?<count>\d{1,3}) times|(?<forever>forever)/.source;
const CALLS = new RegExp(String.raw`\[calls (?<tool>[\w/-]{1,128}) (?:${TIMES})\]`, 'gi');
const PAUSES = new RegExp(String.raw`\[pauses (?:${TIMES})\]`, 'i');
const NO_TOOLS = /\[uses no tools\]/i;
const MAX_READ = 32_768;

export const TOOL_MARK = new RegExp(
  `${CALLS.source}|${PAUSES.source}|${NO_TOOLS.source}`.replaceAll(/\?<\w+>/g, '?:'),
  'gi',
);

export function usesNoTools(text: string): boolean {
  return NO_TOOLS.test(text.slice(0, MAX_READ));
}

/** How often each named tool is to be called; null when none is named. */
export function wantedCalls(text: string): ReadonlyMap<string, number> | null {
  const named = [...text.slice(0, MAX_READ).matchAll(CALLS)].map(
    ({ groups = {} }) => [groups['tool'] ?? '', timesOf(groups)] as const,
  );
  return named.length === 0 ? null : new Map(named);
}

export function wantedPauses(text: string): number {
  const groups = PAUSES.exec(text.slice(0, MAX_READ))?.groups;
  return groups === undefined ? 0 : timesOf(groups);
}

function timesOf(groups: Readonly<Record<string, string | undefined>>): number {
  if (groups['forever'] !== undefined) return Infinity;
  if (groups['twice'] !== undefined) return 2;
  return groups['once'] === undefined ? Number(groups['count']) : 1;
}
