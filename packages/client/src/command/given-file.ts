import { readFile } from 'node:fs/promises';
import type { NewGoal, NewPlan } from '../client.ts';
import { reasonOf } from '../errors.ts';
import type { TextInput } from '../view/text-input.ts';
import { UsageError } from './usage-error.ts';

/** The text of a file that a flag names; `-` stands for stdin. */
export async function readGivenFile(flag: string, path: string, stdin: TextInput): Promise<string> {
  if (path === '-') return stdin.text();
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${flag} names "${path}", which can not be read: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

/** Null for text that is not a JSON object. */
export function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** `--context`: text as it stands, or `@` and a file, of which one that is JSON by name and by content is sent as an object. */
export async function readContext(given: string, stdin: TextInput): Promise<NonNullable<NewGoal['context']>> {
  if (!given.startsWith('@')) return given;
  const path = given.slice(1);
  const text = await readGivenFile('--context', path, stdin);
  const object = path.endsWith('.json') ? parseObject(text) : null;
  return object === null ? text : (object as Exclude<NewGoal['context'], string | undefined>);
}

/** A plan from a file; what is in it the server checks. */
export async function readPlan(flag: string, path: string, stdin: TextInput): Promise<NewPlan> {
  const plan = parseObject(await readGivenFile(flag, path, stdin));
  if (plan) return plan as NewPlan;
  throw new UsageError(`${flag} names "${path}", which does not hold a JSON object: {"tasks": [...]}.`);
}
