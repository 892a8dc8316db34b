import { bootstrap } from './bootstrap.mjs';
import { runNode } from './run-node.mjs';
import { runProgram } from './shutdown.mjs';

await runProgram(async (shutdown) => {
  await bootstrap();
  return runNode('faults/main.ts', shutdown);
});
