import { z } from 'zod';
import { takenBy } from './fields.ts';

export interface FieldFacts {
  /** In Markdown: the values it takes; null where the field knows no more than that it is text. */
  readonly takes: string | null;
  /** As an operator would write it; null when there is none. */
  readonly fallback: string | null;
}

/** What a setting's own schema says of it. */
export function factsOf(field: z.core.$ZodType): FieldFacts {
  const layers = layersOf(field);
  const fallback = layers.find((layer) => layer instanceof z.ZodDefault)?.def.defaultValue;
  const choice = layers.find((layer) => layer instanceof z.ZodEnum);
  const said = layers.map((layer) => takenBy.get(layer)?.takes).find((takes) => takes !== undefined);
  return {
    takes: choice ? choice.options.map((value) => `\`${value}\``).join(', ') : (said ?? null),
    fallback: typeof fallback === 'string' && fallback !== '' ? fallback : null,
  };
}

/** A schema and those that it is made around, from the outside in. */
function layersOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodPipe) return [schema, ...layersOf(schema.def.in)];
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional)
    return [schema, ...layersOf(schema.def.innerType)];
  return [schema];
}
