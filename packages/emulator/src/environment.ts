import { DEFAULTS, type EmulatorOptions } from './emulator.ts';

export interface EmulatorSetting {
  readonly does: string;
  readonly fallback: number;
  readonly least: number;
  readonly most: number;
  readonly example: string;
}

/** Each a whole number; beside them there is HOST. */
export const emulatorSettings = {
  EMULATOR_PORT: {
    does: 'The port that it listens at; `0`: any that is free.',
    fallback: 4010,
    least: 0,
    most: 65_535,
    example: '4010',
  },
  EMULATOR_PACE: {
    does: 'Milliseconds from one chunk of an answer to the next.',
    fallback: DEFAULTS.msPerChunk,
    least: 0,
    most: 60_000,
    example: '20',
  },
  EMULATOR_RPM: {
    does: 'Requests a minute of each model, above which it answers 429.',
    fallback: DEFAULTS.rpm,
    least: 1,
    most: 1_000_000_000,
    example: '50',
  },
  EMULATOR_ITPM: {
    does: 'Likewise: input tokens a minute.',
    fallback: DEFAULTS.itpm,
    least: 1,
    most: 1_000_000_000_000,
    example: '100000',
  },
  EMULATOR_OTPM: {
    does: 'Likewise: output tokens a minute.',
    fallback: DEFAULTS.otpm,
    least: 1,
    most: 1_000_000_000_000,
    example: '20000',
  },
  EMULATOR_BATCH_DELAY: {
    does: 'Milliseconds from a batch to its results.',
    fallback: DEFAULTS.batchDelayMs,
    least: 0,
    most: 86_400_000,
    example: '60000',
  },
} as const satisfies Readonly<Record<string, EmulatorSetting>>;

type EmulatorSettingName = keyof typeof emulatorSettings;

const known: readonly string[] = Object.keys(emulatorSettings);

/** Kubernetes sets these in every pod beside a service called "emulator". */
const SERVICE_LINK = /^EMULATOR_(?:SERVICE_|PORT_\d)/;

export type EnvironmentReading =
  | { readonly ok: true; readonly options: EmulatorOptions }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads the emulator's settings, or says everything that is wrong with them. */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): EnvironmentReading {
  const problems = Object.keys(environment)
    .filter((name) => name.startsWith('EMULATOR_') && !known.includes(name) && !SERVICE_LINK.test(name))
    .map((name) => `${name} is not a setting; the settings are ${known.join(', ')} and HOST`);
  const integer = (name: EmulatorSettingName): number => {
    const { fallback, least, most } = emulatorSettings[name];
    const text = environment[name]?.trim();
    if (text === undefined || text === '') return fallback;
    const value = Number(text);
    const isValid = /^\d+$/.test(text) && value >= least && value <= most;
    if (!isValid) problems.push(`${name} is "${text}"; give a whole number from ${least} to ${most}`);
    return value;
  };
  const options: EmulatorOptions = {
    port: integer('EMULATOR_PORT'),
    host: hostIn(environment['HOST'], problems),
    msPerChunk: integer('EMULATOR_PACE'),
    rpm: integer('EMULATOR_RPM'),
    itpm: integer('EMULATOR_ITPM'),
    otpm: integer('EMULATOR_OTPM'),
    batchDelayMs: integer('EMULATOR_BATCH_DELAY'),
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, options };
}

function hostIn(text: string | undefined, problems: string[]): string {
  const host = text?.trim() ?? '';
  if (host === '') return '127.0.0.1';
  if (!/^[\w.:-]+$/.test(host)) problems.push(`HOST is "${host}"; give a host name or an address`);
  return host;
}
