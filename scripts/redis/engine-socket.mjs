import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';

const timeoutMs = 2_000;

/**
 * Whether a Docker engine answers at one of the places where Testcontainers looks for it.
 * @param {NodeJS.ProcessEnv} [environment]
 */
export async function engineSocketAnswers(environment = process.env) {
  // An engine behind TLS wants certificates: Testcontainers finds out for itself.
  if (environment['DOCKER_HOST'] && environment['DOCKER_TLS_VERIFY']) return true;
  for (const address of engineAddresses(environment)) {
    if (await answers(address)) return true;
  }
  return false;
}

/** @typedef {{ socketPath: string } | { host: string, port: number }} EngineAddress */

/** @param {NodeJS.ProcessEnv} environment @returns {EngineAddress[]} */
function engineAddresses(environment) {
  const given = environment['DOCKER_HOST'];
  if (given?.startsWith('unix://')) return [{ socketPath: given.slice('unix://'.length) }];
  if (given && URL.canParse(given)) {
    const { hostname, port } = new URL(given);
    return [{ host: hostname, port: Number(port || 2375) }];
  }
  if (process.platform === 'win32') return [{ socketPath: '//./pipe/docker_engine' }];
  const sockets = [
    '/var/run/docker.sock',
    join(environment['XDG_RUNTIME_DIR'] ?? `/run/user/${process.getuid?.() ?? 0}`, 'docker.sock'),
    join(homedir(), '.docker', 'run', 'docker.sock'),
    join(homedir(), '.docker', 'desktop', 'docker.sock'),
  ];
  return sockets.filter((socketPath) => existsSync(socketPath)).map((socketPath) => ({ socketPath }));
}

/** @param {EngineAddress} address @returns {Promise<boolean>} */
function answers(address) {
  return new Promise((resolve) => {
    const call = request({ ...address, path: '/_ping', timeout: timeoutMs }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.once('timeout', () => call.destroy());
    call.once('error', () => resolve(false));
    call.once('close', () => resolve(false));
    call.end();
  });
}
