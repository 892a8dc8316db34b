import type { Prompt } from '../answer/prompt.ts';
import { restOf } from '../answer/going-on.ts';
import { schemaInstance } from '../answer/schema-instance.ts';
import { SIMULATED_LINE } from '../answer/simulated.ts';
import { textAnswer, withinLimits, type Answer, type ContentBlock } from '../api/answer.ts';
import type { MessagesRequest } from '../api/messages-request.ts';
import { shortHash } from '../calls/goal-hash.ts';
import { withoutMarks } from '../goal/marks.ts';
import { shorten } from '../goal/wording.ts';
import { isJsonObject } from '../json.ts';
import { offeredTools, type OwnTool, type ServerTool } from './offered-tools.ts';
import { joinedTurns, ownUses, serverUses, type JoinedTurn, type ToolUse } from './tool-history.ts';
import { usesNoTools, wantedCalls, wantedPauses } from './tool-marks.ts';
import { citedText, serverResult, serverUse } from './web-results.ts';

const DIRECT = { type: 'direct' } as const;

/**
 * The answer of a model that was offered tools: first it calls the caller's own ones, all that are due side by side, then
 * the endpoint's, then it gives `text` with what the tools said.
 */
export function toolAnswer(request: MessagesRequest, prompt: Prompt, text: string): Answer {
  const { own, server } = offeredTools(request.body);
  const marks = markedText(prompt);
  const about = topicOf(prompt);
  const messages = request.body['messages'];
  if (own.length + server.length === 0 || usesNoTools(marks))
    return withinLimits(restOf(text, messages), request);
  const turns = joinedTurns(messages);
  const id = (index: number): string => `${shortHash(JSON.stringify(request.body))}${index}`;
  const uses = ownUses(turns);
  const wanted = wantedCalls(marks);
  const mayUse = !forbidsTools(request.body['tool_choice']);
  const due = mayUse ? dueTools(own, uses, wanted) : [];
  if (due.length > 0) return toolTurn(due, about, id);
  const told = withinLimits(restOf(withResults(text, uses), messages), request);
  if (!mayUse) return told;
  const searched = server.filter(({ name }) => wanted === null || wanted.has(name));
  return withServerTools(told, { server: searched, turns, about, pauses: wantedPauses(marks), id });
}

function forbidsTools(choice: unknown): boolean {
  return isJsonObject(choice) && choice['type'] === 'none';
}

function toolTurn(due: readonly OwnTool[], about: string, id: (index: number) => string): Answer {
  const says = `I will use ${due.map(({ name }) => name).join(' and ')}.`;
  const calls = due.map(({ name, inputSchema }, index): ContentBlock => {
    const made = schemaInstance(
      inputSchema,
      undefined,
      (field) => `Simulated ${field} for: ${shorten(about, 60)}`,
    );
    return {
      type: 'tool_use',
      id: `toolu_${id(index)}`,
      name,
      input: made as object as Record<string, unknown>,
      caller: DIRECT,
    };
  });
  const blocks: ContentBlock[] = [...textAnswer(says).blocks, ...calls];
  return { ...textAnswer(says), blocks, stopReason: 'tool_use' };
}

/** Each tool once; or those that marks name, each as often as they say. */
function dueTools(
  own: readonly OwnTool[],
  uses: readonly ToolUse[],
  wanted: ReadonlyMap<string, number> | null,
): OwnTool[] {
  return own.filter(({ name }) => {
    const used = uses.filter((use) => use.name === name).length;
    return used < (wanted === null ? 1 : (wanted.get(name) ?? 0));
  });
}

function withResults(text: string, uses: readonly ToolUse[]): string {
  const said = uses.map(
    ({ name, result }) =>
      `- ${name}${result?.isError === true ? ' failed' : ''}: ${shorten(result?.text ?? '', 300)}`,
  );
  if (said.length === 0 || /^\s*[{[]/.test(text)) return text;
  const body = text.replace(SIMULATED_LINE, '').trimEnd();
  return [body, '', '## What the tools said', '', ...said, '', SIMULATED_LINE].join('\n');
}

interface ServerTurn {
  readonly server: readonly ServerTool[];
  readonly turns: readonly JoinedTurn[];
  readonly about: string;
  readonly pauses: number;
  readonly id: (index: number) => string;
}

/** Calls each of the endpoint's tools once in a turn, unless it was called before; a pause comes before each result. */
function withServerTools(told: Answer, turn: ServerTurn): Answer {
  const { server, turns, about, pauses } = turn;
  const before = serverUses(turns);
  const open = before.find(({ answered }) => !answered);
  const blocks: ContentBlock[] = [];
  const paused = before.length;
  const useOf = (tool: ServerTool, index: number): { tool: ServerTool; id: string } => ({
    tool,
    id: `srvtoolu_${turn.id(index)}`,
  });
  const fresh = server.filter((tool) => !before.some(({ name }) => name === tool.name)).map(useOf);
  if (open !== undefined) {
    const tool = server.find(({ name }) => name === open.name);
    if (tool !== undefined) {
      blocks.push(serverResult(tool, open.id, about), citedText(tool, about));
      if (paused < pauses) fresh.unshift(useOf(tool, server.length));
    }
  }
  for (const { tool, id } of fresh) {
    blocks.push(serverUse(tool, id, about));
    if (paused < pauses) return { ...told, blocks, stopReason: 'pause_turn', stopSequence: null };
    blocks.push(serverResult(tool, id, about), citedText(tool, about));
  }
  return { ...told, blocks: [...blocks, ...told.blocks] };
}

function markedText(prompt: Prompt): string {
  if (prompt.role === 'other') return prompt.text;
  return prompt.role === 'task' ? `${prompt.goal}\n${prompt.description}` : prompt.goal;
}

function topicOf(prompt: Prompt): string {
  if (prompt.role === 'other') return withoutMarks(prompt.text);
  return withoutMarks(prompt.role === 'task' ? prompt.description : prompt.goal);
}
