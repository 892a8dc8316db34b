import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ToolEffect } from '../evidence/evidence.ts';

/** What the tools of the lab's workers do. */
export interface ToolEffects {
  /** For worker processes. */
  readonly environment: Readonly<Record<string, string>>;
  /** In the order in which they came. */
  read(): ToolEffect[];
  remove(): void;
}

export function openToolEffects(): ToolEffects {
  const folder = mkdtempSync(join(tmpdir(), 'baton-effects-'));
  const file = join(folder, 'calls');
  writeFileSync(file, '');
  return {
    environment: { BATON_TOOLS: fileURLToPath(new URL('tools.yaml', import.meta.url)), CALLS: file },
    read: () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const [tool = '', key = ''] = line.split(' ');
          return { tool, key };
        }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
