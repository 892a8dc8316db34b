import type { Request } from 'express';
import type { FieldError } from '@baton/shared/contract/field-errors';
import { invalidRequest } from './validate.ts';

const PREFIX = 'label.';

function noLabels(path: string): FieldError {
  return { path, message: 'is not a known field. Give each label as label.<key>=<value>.' };
}

/** The query, its `label.<key>` parameters as `labels`; throws where somebody meant these and wrote something else. */
export function withLabels(query: Request['query']): Record<string, unknown> {
  const misnamed = ['label', 'labels'].filter((name) => name in query).map(noLabels);
  if (misnamed.length > 0) throw invalidRequest('the query', misnamed);
  const entries = Object.entries(query);
  const isLabel = ([name]: [string, unknown]): boolean => name.startsWith(PREFIX);
  const labels = entries
    .filter(isLabel)
    .map(([name, value]): [string, unknown] => [name.slice(PREFIX.length), value]);
  return {
    ...Object.fromEntries(entries.filter((entry) => !isLabel(entry))),
    labels: Object.fromEntries(labels),
  };
}
