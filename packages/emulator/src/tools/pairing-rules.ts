import type { JsonObject } from '../json.ts';
import { isServerResult, joinedTurns, type JoinedTurn } from './tool-history.ts';

/** What the API answers 400 to in calls of tools and their results, which must follow one another without a gap. */
export function pairingProblems(messages: unknown): string[] {
  const turns = joinedTurns(messages);
  return turns.flatMap((turn, index) => [
    ...useProblems(turn, turns[index + 1]),
    ...resultProblems(turn, turns[index - 1]),
    ...serverProblems(turn, turns[index + 1]),
  ]);
}

/** Whether a conversation that ends with the model's own turn is one that it has paused. */
export function isPaused(messages: unknown): boolean {
  const last = joinedTurns(messages).at(-1);
  return last?.role === 'assistant' && last.blocks.some((block) => block['type'] === 'server_tool_use');
}

function useProblems(turn: JoinedTurn, next: JoinedTurn | undefined): string[] {
  const uses = idsOf(turn, 'tool_use', 'id');
  const problems = repeated(uses).map((id) => `messages.${turn.at}: \`tool_use\` ids must be unique: ${id}`);
  if (turn.role !== 'assistant') {
    return uses.length === 0
      ? []
      : [`messages.${turn.at}: \`tool_use\` blocks can only be in assistant turns`];
  }
  const results = next === undefined ? [] : idsOf(next, 'tool_result', 'tool_use_id');
  const open = uses.filter((id) => !results.includes(id));
  if (open.length > 0) {
    problems.push(
      `messages.${turn.at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
    );
  }
  return problems;
}

function resultProblems(turn: JoinedTurn, previous: JoinedTurn | undefined): string[] {
  const results = idsOf(turn, 'tool_result', 'tool_use_id');
  if (results.length === 0) return [];
  if (turn.role !== 'user') return [`messages.${turn.at}: \`tool_result\` blocks can only be in user turns`];
  const uses = previous === undefined ? [] : idsOf(previous, 'tool_use', 'id');
  const strange = results.filter((id) => !uses.includes(id));
  const firstOther = turn.blocks.findIndex((block) => block['type'] !== 'tool_result');
  const lastResult = turn.blocks.findLastIndex((block) => block['type'] === 'tool_result');
  return [
    ...strange.map(
      (id) =>
        `messages.${turn.at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
    ),
    ...repeated(results).map(
      (id) => `messages.${turn.at}: each tool_use must have a single result. Found multiple for ${id}`,
    ),
    ...(firstOther !== -1 && firstOther < lastResult
      ? [`messages.${turn.at}: \`tool_result\` blocks must come first in the content`]
      : []),
  ];
}

/** A turn that the model has paused may end with a call of the endpoint's own tool; any other must hold its result. */
function serverProblems(turn: JoinedTurn, next: JoinedTurn | undefined): string[] {
  const uses = idsOf(turn, 'server_tool_use', 'id');
  const results = turn.blocks.filter(isServerResult).map((block) => String(block['tool_use_id']));
  const open = next === undefined ? [] : uses.filter((id) => !results.includes(id));
  const strange = results.filter((id) => !uses.includes(id));
  return [
    ...open.map(
      (id) => `messages.${turn.at}: \`server_tool_use\` with id ${id} was found without its result block`,
    ),
    ...strange.map((id) => `messages.${turn.at}: a result block names ${id}, which no tool use has`),
  ];
}

function idsOf(turn: JoinedTurn, type: string, field: string): string[] {
  return turn.blocks
    .filter((block: JsonObject) => block['type'] === type)
    .map((block) => String(block[field]));
}

function repeated(ids: readonly string[]): string[] {
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
}
