import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The path of an MCP server's program. */
export const travelServer = fileURLToPath(
  new URL('../../../../../e2e/fixtures/travel-server.mjs', import.meta.url),
);

/** A folder that goes when the test is over. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-tools-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A file for bookings, and what is in it. */
export function bookings() {
  const file = join(testFolder(), 'bookings');
  return {
    file,
    made(): string[] {
      try {
        return readFileSync(file, 'utf8').trim().split('\n');
      } catch {
        return [];
      }
    },
  };
}

/** The server over HTTP, in a process of its own; `port` 0 for any. */
export async function travelOverHttp(environment: Readonly<Record<string, string>> = {}, port = 0) {
  const child = spawn(process.execPath, [travelServer, '--port', String(port)], {
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  };
  onTestFinished(stop);
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  const url = line.replace('listening on ', '');
  return { url, port: Number(new URL(url).port), stop };
}
