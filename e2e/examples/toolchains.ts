/** What the examples need beside Node, or in words why it isn't there. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findGo } from '../../scripts/go/toolchain.mjs';
import { capture, programOnPath } from '../../scripts/processes.mjs';

export type Found<Tool> = Tool | { readonly missing: string };

/** What was found; without it the test is skipped, and says why. */
export function needed<Tool>({ skip }: { skip: (note: string) => never }, found: Found<Tool>): Tool {
  return isMissing(found) ? skip(found.missing) : found;
}

export function isMissing<Tool>(found: Found<Tool>): found is { readonly missing: string } {
  return typeof found === 'object' && found !== null && 'missing' in found;
}

const sources = fileURLToPath(new URL('../../examples/go', import.meta.url));

/** The path of a program; a program of this version at least, when it tells its version. */
export async function findProgram(name: string, oldest: readonly [number, number]): Promise<Found<string>> {
  const program = programOnPath(name);
  const wanted = `${name} ${oldest.join('.')} or newer`;
  if (!program) return { missing: `there is no ${wanted} on PATH` };
  const { code, output } = await capture(program, ['--version'], { timeoutMs: 10_000 });
  const [, major, minor] = (/(\d+)\.(\d+)/.exec(output) ?? []).map(Number);
  if (code !== 0 || major === undefined || minor === undefined) return { missing: `${program} does not run` };
  const isRecent = major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
  return isRecent ? program : { missing: `${program} is ${major}.${minor}: it takes ${wanted}` };
}

export interface GoPrograms {
  /** Holds the built programs; the caller removes it. */
  readonly folder: string;
  /** What gofmt would change; null without gofmt. */
  readonly unformatted: string | null;
}

/** Builds the Go examples, without the network but for Go itself; throws with the compiler's words. */
export async function buildGo(): Promise<Found<GoPrograms>> {
  const toolchain = await findGo();
  if ('refused' in toolchain) return { missing: toolchain.refused };
  const { go, gofmt, environment } = toolchain;
  const folder = await mkdtemp(join(tmpdir(), 'baton-go-'));
  const built = await capture(go, ['build', '-o', `${folder}/`, './...'], { cwd: sources, environment });
  if (built.code !== 0) throw new Error(`go build failed:\n${built.output}`);
  const formatted = gofmt && (await capture(gofmt, ['-l', sources], { environment }));
  return { folder, unformatted: formatted ? formatted.output : null };
}
