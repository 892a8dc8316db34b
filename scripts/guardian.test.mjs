import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'baton-guardian-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test('what is guarded ends with its owner, also when the owner is killed', async () => {
  const folder = join(directory, 'data');
  mkdirSync(folder);
  // The guarded child holds a connection to this server: its end is the end of the connection.
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const child = `require('node:net').connect(${port}, '127.0.0.1')`;
  const owner = join(directory, 'owner.mjs');
  writeFileSync(
    owner,
    `import { spawn } from 'node:child_process';
     import { guardFolder, guardProcess } from ${JSON.stringify(new URL('guardian.mjs', import.meta.url).href)};
     guardFolder(${JSON.stringify(folder)});
     guardProcess(spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { detached: true, stdio: 'ignore' }).pid);`,
  );
  const ownerProcess = spawn(process.execPath, [owner], { stdio: 'ignore' });
  const [socket] = await once(server, 'connection');
  socket.resume().on('error', () => {});
  ownerProcess.kill('SIGKILL');
  await once(socket, 'close');
  await vi.waitFor(() => expect(existsSync(folder)).toBe(false), { timeout: 10_000 });
  server.close();
}, 20_000);
