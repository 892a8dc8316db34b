import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { reasonOf } from '../../errors.ts';
import type { TextInput } from '../../view/text-input.ts';
import { parseObject, readGivenFile } from '../given-file.ts';
import { UsageError } from '../usage-error.ts';
import type { EvalReport } from './eval-result.ts';
import { readEvalSet, type EvalGoal } from './eval-set.ts';

const DEFAULT_SET = new URL('../../../eval/default.json', import.meta.url);

export interface NamedSet {
  readonly name: string;
  readonly goals: readonly EvalGoal[];
}

/** @param path a file, `-` for stdin; without it the set that comes with the command */
export async function readSet(path: string | undefined, stdin: TextInput): Promise<NamedSet> {
  if (path === undefined) {
    return { name: 'default', goals: readEvalSet('The built-in set', await readFile(DEFAULT_SET, 'utf8')) };
  }
  const text = await readGivenFile('The argument', path, stdin);
  return { name: path, goals: readEvalSet(`"${path}"`, text) };
}

/** An earlier run, as `--save` kept it. Throws a {@link UsageError}. */
export async function readReport(path: string, stdin: TextInput): Promise<EvalReport> {
  const report: Partial<EvalReport> | null = parseObject(await readGivenFile('--against', path, stdin));
  if (Array.isArray(report?.goals) && Array.isArray(report.totals) && typeof report.at === 'string') {
    return report as EvalReport;
  }
  throw new UsageError(`--against names "${path}", which is not what baton eval --save has written.`);
}

export function saveReport(path: string, report: EvalReport): Promise<void> {
  return written(path, writeFile(path, `${JSON.stringify(report, null, 2)}\n`));
}

/** Finds out before anything is paid for; a file that is there stays as it is. Throws a {@link UsageError}. */
export function mustBeWritable(path: string): Promise<void> {
  return written(path, appendFile(path, ''));
}

async function written(path: string, writing: Promise<void>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    throw new UsageError(`--save names "${path}", which can not be written: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}
