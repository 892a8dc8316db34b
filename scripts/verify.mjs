import { parseArgs } from 'node:util';
import { bootstrap } from './bootstrap.mjs';
import { runProgram } from './shutdown.mjs';
import { verify } from './verification.mjs';

// The one local command that equals continuous integration.
await runProgram(async (shutdown) => {
  const { values } = parseArgs({ options: { fast: { type: 'boolean', default: false } } });
  await bootstrap();
  const { failures } = await verify({ fast: values.fast, shutdown });
  return failures.length > 0 ? 1 : 0;
});
