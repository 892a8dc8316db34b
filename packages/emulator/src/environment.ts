import { DEFAULTS, type EmulatorOptions } from './emulator.ts';

const DEFAULT_PORT = 4010;
const KNOWN = [
  'EMULATOR_PORT',
  'EMULATOR_PACE',
  'EMULATOR_RPM',
  'EMULATOR_ITPM',
  'EMULATOR_OTPM',
  'EMULATOR_BATCH_DELAY',
];

/** Kubernetes sets these in every pod beside a service called "emulator". */
const SERVICE_LINK = /^EMULATOR_(?:SERVICE_|PORT_\d)/;

export type EnvironmentReading =
  | { readonly ok: true; readonly options: EmulatorOptions }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads the emulator's settings, or says everything that is wrong with them. `EMULATOR_PACE` is ms per chunk,
 * `EMULATOR_BATCH_DELAY` ms from a batch to its results.
 */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): EnvironmentReading {
  const problems = Object.keys(environment)
    .filter((name) => name.startsWith('EMULATOR_') && !KNOWN.includes(name) && !SERVICE_LINK.test(name))
    .map((name) => `${name} is not a setting; the settings are ${KNOWN.join(', ')} and HOST`);
  const integer = (name: string, fallback: number, least: number, most: number): number => {
    const text = environment[name]?.trim();
    if (text === undefined || text === '') return fallback;
    const value = Number(text);
    const isValid = /^\d+$/.test(text) && value >= least && value <= most;
    if (!isValid) problems.push(`${name} is "${text}"; give a whole number from ${least} to ${most}`);
    return value;
  };
  const options: EmulatorOptions = {
    port: integer('EMULATOR_PORT', DEFAULT_PORT, 0, 65_535),
    host: hostIn(environment['HOST'], problems),
    msPerChunk: integer('EMULATOR_PACE', DEFAULTS.msPerChunk, 0, 60_000),
    rpm: integer('EMULATOR_RPM', DEFAULTS.rpm, 1, 1_000_000_000),
    itpm: integer('EMULATOR_ITPM', DEFAULTS.itpm, 1, 1_000_000_000_000),
    otpm: integer('EMULATOR_OTPM', DEFAULTS.otpm, 1, 1_000_000_000_000),
    batchDelayMs: integer('EMULATOR_BATCH_DELAY', DEFAULTS.batchDelayMs, 0, 86_400_000),
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, options };
}

function hostIn(text: string | undefined, problems: string[]): string {
  const host = text?.trim() ?? '';
  if (host === '') return '127.0.0.1';
  if (!/^[\w.:-]+$/.test(host)) problems.push(`HOST is "${host}"; give a host name or an address`);
  return host;
}
