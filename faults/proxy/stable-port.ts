import { randomInt } from 'node:crypto';
import { isPortFree } from '../../scripts/ports.mjs';

/** Below what systems give to outgoing connections, so that a port stays free while its server is down. */
const LOWEST = 12_000;
const HIGHEST = 32_000;
const ATTEMPTS = 50;

/** A port on the loopback address that `bind`, if given, could take, and that is likely to be free again whenever it is left. */
export async function stablePort(bind?: (port: number) => Promise<void>): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    try {
      if (!(await isPortFree(port))) continue;
      await bind?.(port);
      return port;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}
