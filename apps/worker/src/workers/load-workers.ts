import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { workerTypeSchema } from '@baton/plan/worker-type';
import { fieldErrorsOf, fieldErrorText } from '@baton/shared/contract/field-errors';
import { SetupError } from '@baton/shared/settings/setup-error';
import type { Worker } from '../define-worker.ts';
import { makeOwnPackageResolvable } from './own-package.ts';
import { promptWorker } from './prompt-worker.ts';
import { workerDataList } from './worker-data.ts';

export class WorkerLoadError extends SetupError {
  override readonly name = 'WorkerLoadError';

  constructor(path: string, problem: string) {
    super(`BATON_WORKERS: ${path}: ${problem}`);
  }
}

function isWorker(value: unknown): value is Worker {
  return (
    workerTypeSchema.safeParse(pick(value)).success &&
    typeof (value as Partial<Worker>).run === 'function' &&
    typeof (value as Partial<Worker>).timeout === 'number'
  );
}

function pick(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { type, description, bestFor, notFor, tier } = value as Record<string, unknown>;
  return { type, description, bestFor, notFor, tier };
}

async function loadData(path: string): Promise<Worker[]> {
  const { parseYaml } = await import('../yaml-text.ts');
  const content: unknown = parseYaml(await readFile(path, 'utf8'));
  const parsed = workerDataList.safeParse(Array.isArray(content) ? content : [content]);
  if (parsed.success) return parsed.data.map(promptWorker);
  const errors = fieldErrorsOf(workerDataList, parsed.error).map(fieldErrorText);
  throw new WorkerLoadError(path, `not a worker type or a list of them:\n  ${errors.join('\n  ')}`);
}

async function loadModule(path: string): Promise<Worker[]> {
  makeOwnPackageResolvable();
  const { default: exported } = (await import(pathToFileURL(path).href)) as { default?: unknown };
  const workers = Array.isArray(exported) ? (exported as unknown[]) : [exported];
  if (workers.every(isWorker)) return workers;
  throw new WorkerLoadError(path, 'its default export must be what defineWorker returns, or a list of that');
}

/** Worker types from a module (`.js`, `.mjs`) or data (`.yaml`, `.yml`, `.json`). */
export async function loadWorkers(path: string): Promise<Worker[]> {
  const absolute = resolve(path);
  const isData = ['.yaml', '.yml', '.json'].includes(extname(absolute));
  try {
    return await (isData ? loadData(absolute) : loadModule(absolute));
  } catch (error) {
    if (error instanceof WorkerLoadError) throw error;
    throw new WorkerLoadError(path, (error as Error).message);
  }
}
