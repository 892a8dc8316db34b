import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repositoryRoot } from '../paths.mjs';

export const composePath = join(repositoryRoot, 'docker-compose.yml');

/**
 * What the tests look at of a service, merged with its anchors.
 * @typedef {object} Service
 * @property {string} [image]
 * @property {{ context: string, target: string }} [build]
 * @property {string[]} [profiles]
 * @property {Record<string, { condition: string }>} [depends_on]
 * @property {Record<string, string>} [environment]
 * @property {string[]} [command]
 * @property {string[]} [ports]
 * @property {string[]} [volumes]
 * @property {string[]} [networks]
 * @property {string} [restart]
 * @property {string} [user]
 * @property {boolean} [init]
 * @property {boolean} [read_only]
 * @property {boolean} [privileged]
 * @property {string[]} [tmpfs]
 * @property {string[]} [cap_drop]
 * @property {string[]} [cap_add]
 * @property {string[]} [security_opt]
 * @property {string} [mem_limit]
 * @property {string | number} [cpus]
 * @property {number} [pids_limit]
 * @property {string} [stop_grace_period]
 * @property {{ test?: string[], disable?: boolean }} [healthcheck]
 * @property {{ driver: string, options: Record<string, string> }} [logging]
 */

/** @returns {{ services: Record<string, Service>, volumes: Record<string, null>, networks: Record<string, { internal?: boolean }> }} */
export function readCompose() {
  return parse(readFileSync(composePath, 'utf8'), { merge: true });
}

/** The value that `${NAME:-value}` has unless NAME is set; any other text is its own. @param {string} text */
export function byDefault(text) {
  return text.replaceAll(/\$\{\w+(?::[-?]([^}]*))?\}/g, (_, value) => value ?? '');
}
