/** Plans asked for and read in XML, for endpoints that are no good at JSON. */
import { CUSTOM_WORKER } from '../laws.ts';

/** An element of a reply, as a parser reads it. */
export interface ReplyElement {
  /** In lower case. */
  readonly name: string;
  readonly children: readonly ReplyElement[];
  /** All text in it, that of its children too, entities and CDATA decoded. */
  readonly text: string;
  /** False when the text ends before it does. */
  readonly isClosed: boolean;
}

export type XmlPlan =
  /** In the form of a planner's reply in JSON, but not held to its schema. */
  | { readonly kind: 'object'; readonly value: object }
  | { readonly kind: 'unreadable'; readonly message: string };

/** The end of a system prompt that asks for a plan in XML. */
export const XML_INSTRUCTION = `# Form of the reply
Reply in XML, in place of JSON: no text before or after it, and no code fence around it. Write "&lt;", "&gt;" and "&amp;" for "<", ">" and "&" in texts, or put a text into <![CDATA[ and ]]>. Mode "plan":
<analysis>…</analysis>
<tasks>
  <task>
    <id>pricing</id>
    <type>the worker</type>
    <description>…</description>
    <requirements><requirement>…</requirement></requirements>
    <dependencies>one-id, another-id</dependencies>
    <priority>high, medium or low</priority>
    <complexity>high, medium or low</complexity>
    <why>…</why>
    <focus>…</focus>
    <approach>…</approach>
    <for_each>id</for_each>
  </task>
</tasks>
Every task has a type and a description; what it has no use for may be left out. Mode "direct": <analysis>…</analysis> and <answer>…</answer>, without <tasks>.`;

/** True for a reply that is meant as XML. */
export function looksLikeXml(text: string): boolean {
  return /<(tasks|answer)[\s>]/i.test(text) && !/^\s*(```\w*\s*)?\{/.test(text);
}

/** The plan that the elements of a reply hold. A type that is no known worker type stands for a custom task done in that manner. */
export function readXmlPlan(elements: readonly ReplyElement[], workers: readonly string[]): XmlPlan {
  const tasks = find(elements, 'tasks');
  const answer = textOf(elements, 'answer');
  const analysis = textOf(elements, 'analysis') ?? '';
  if (tasks === null) {
    if (answer !== null) return { kind: 'object', value: { mode: 'direct', analysis, answer, tasks: [] } };
    return unreadable('The reply holds neither <tasks> nor <answer>: reply in XML with one of them.');
  }
  if (!tasks.isClosed) return unreadable('The reply ends before </tasks>: reply with the whole plan.');
  const drafts = tasks.children.filter(({ name }) => name === 'task');
  if (drafts.length === 0) return unreadable('<tasks> holds no <task>: give each task one.');
  const lacking = drafts.findIndex(({ children }) => !typeOf(children) || !textOf(children, 'description'));
  if (lacking >= 0) {
    return unreadable(`<task> number ${lacking + 1} lacks a <type> or a <description>: give it both.`);
  }
  const taken = new Set(drafts.map(({ children }) => textOf(children, 'id')));
  const value = drafts.map(({ children }, index) => ({
    id: textOf(children, 'id') ?? freeId(index, taken),
    ...workerOf(children, workers),
    ...readTask(children),
  }));
  return { kind: 'object', value: { mode: 'plan', analysis, answer: null, tasks: value } };
}

function unreadable(message: string): XmlPlan {
  return { kind: 'unreadable', message };
}

/** The nearest element of that name, whatever it is wrapped in. */
function find(elements: readonly ReplyElement[], name: string): ReplyElement | null {
  let level = elements;
  while (level.length > 0) {
    const found = level.find((each) => each.name === name);
    if (found) return found;
    level = level.flatMap(({ children }) => children);
  }
  return null;
}

/** Null for an element that is not there, or is empty. */
function textOf(children: readonly ReplyElement[], name: string): string | null {
  const text = children.find((child) => child.name === name)?.text.trim();
  return text === undefined || text === '' ? null : text;
}

function typeOf(children: readonly ReplyElement[]): string | null {
  return textOf(children, 'type') ?? textOf(children, 'worker');
}

function freeId(index: number, taken: Set<string | null>): string {
  let number = index + 1;
  while (taken.has(`task-${number}`)) number += 1;
  taken.add(`task-${number}`);
  return `task-${number}`;
}

function workerOf(
  children: readonly ReplyElement[],
  workers: readonly string[],
): { worker: string; approach: string | null } {
  const type = typeOf(children) ?? '';
  const approach = textOf(children, 'approach');
  const known = workers.find((worker) => worker === type.toLowerCase());
  if (known !== undefined) return { worker: known, approach };
  if (!workers.includes(CUSTOM_WORKER)) return { worker: type, approach };
  return { worker: CUSTOM_WORKER, approach: approach ?? type };
}

function readTask(children: readonly ReplyElement[]): object {
  return {
    description: textOf(children, 'description'),
    requirements: listOf(children, 'requirements', /\n+/u),
    dependencies: listOf(children, 'dependencies', /[\s,;]+/u).filter((id) => id.toLowerCase() !== 'none'),
    priority: textOf(children, 'priority')?.toLowerCase() ?? 'medium',
    complexity: textOf(children, 'complexity')?.toLowerCase() ?? 'medium',
    why: textOf(children, 'why'),
    focus: textOf(children, 'focus'),
    forEach: textOf(children, 'for_each'),
  };
}

/** Elements of a list, or, where it has none, the parts of its text. */
function listOf(children: readonly ReplyElement[], name: string, between: RegExp): string[] {
  const list = children.find((child) => child.name === name);
  if (!list) return [];
  const parts = list.children.length > 0 ? list.children.map(({ text }) => text) : list.text.split(between);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
