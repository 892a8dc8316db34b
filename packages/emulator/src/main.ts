import { startEmulator, type EmulatorOptions } from './emulator.ts';
import { readEnvironment } from './environment.ts';

const BAD_CONFIGURATION = 78;

const reading = readEnvironment(process.env);
if (reading.ok) await run(reading.options);
else {
  for (const problem of reading.problems) process.stderr.write(`${problem}\n`);
  process.exitCode = BAD_CONFIGURATION;
}

async function run(options: EmulatorOptions): Promise<void> {
  let emulator;
  try {
    emulator = await startEmulator(options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `The emulator cannot listen: ${reason}. Set EMULATOR_PORT or HOST to a free address.\n`,
    );
    process.exitCode = 1;
    return;
  }
  const stop = (): void => void emulator.close();
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdout.write(`listening on ${emulator.url}\n`);
}
