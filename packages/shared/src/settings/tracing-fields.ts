import { z } from 'zod';
import { samplerNames } from '../telemetry/tracing-settings.ts';
import { address, flag, takenBy } from './fields.ts';

const NAME = /^[!#$%&'*+.^_`|~\w/-]{1,255}$/;

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** `name=value` pairs with commas between them, values percent-encoded, as OpenTelemetry has them. Null for what is none. */
function pairsOf(text: string, isValue: (value: string) => boolean): Record<string, string> | null {
  const found: Record<string, string> = {};
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const equals = part.indexOf('=');
    const name = part.slice(0, equals).trim();
    if (equals === -1 || !NAME.test(name)) return null;
    const value = decoded(part.slice(equals + 1).trim());
    if (value === null || !isValue(value)) return null;
    found[name] = value;
  }
  return found;
}

/** What a header can carry. */
const isPlain = (value: string): boolean => /^[\t\u0020-\u007e]*$/.test(value);

function pairs(isValue: (value: string) => boolean = () => true) {
  return z
    .string()
    .default('')
    .transform((text, context): Readonly<Record<string, string>> => {
      const read = pairsOf(text, isValue);
      if (read !== null) return Object.freeze(read);
      // `input` may be a secret.
      context.issues.push({
        code: 'custom',
        input: undefined,
        message: 'must be name=value pairs with "," between them, values percent-encoded',
      });
      return z.NEVER;
    })
    .register(takenBy, { takes: '`name=value` pairs, comma-separated' });
}

/** The standard names of OpenTelemetry, as far as Baton follows them. */
export const tracingFields = {
  OTEL_SDK_DISABLED: flag(false),
  /** Of a collector that takes OTLP over HTTP; nothing is traced without one. */
  OTEL_EXPORTER_OTLP_ENDPOINT: address(['http:', 'https:'], 'http://127.0.0.1:4318').optional(),
  OTEL_EXPORTER_OTLP_HEADERS: pairs(isPlain),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_RESOURCE_ATTRIBUTES: pairs(),
  OTEL_TRACES_SAMPLER: z
    .enum(samplerNames, { error: `must be one of ${samplerNames.join(', ')}` })
    .default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .default('1')
    .transform((text, context) => {
      const share = /^\d*\.?\d+$/.test(text) ? Number(text) : NaN;
      if (share >= 0 && share <= 1) return share;
      context.issues.push({
        code: 'custom',
        input: text,
        message: `"${text}" is not a number from 0 to 1`,
      });
      return z.NEVER;
    })
    .register(takenBy, { takes: 'a number from 0 to 1' }),
};
