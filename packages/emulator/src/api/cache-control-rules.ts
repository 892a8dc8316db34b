import { isJsonObject, type JsonObject } from '../json.ts';
import { promptSegments } from './prompt-segments.ts';

const MAX_BREAKPOINTS = 4;

export function cacheControlProblems(body: JsonObject): string[] {
  const controls = promptSegments(body)
    .map((segment) => ({ path: segment.path, control: segment.cacheControl }))
    .filter((entry) => entry.control !== undefined);
  const topLevel = body['cache_control'];
  if (topLevel !== undefined && topLevel !== null) controls.push({ path: '', control: topLevel });
  const problems = controls.flatMap(({ path, control }) =>
    controlProblems(control, path === '' ? 'cache_control' : `${path}.cache_control`),
  );
  if (controls.length > MAX_BREAKPOINTS) {
    problems.push(
      `A maximum of ${MAX_BREAKPOINTS} blocks with cache_control may be provided. Found ${controls.length}.`,
    );
  }
  return problems;
}

function controlProblems(control: unknown, path: string): string[] {
  if (!isJsonObject(control) || control['type'] !== 'ephemeral') {
    return [`${path}.type: Input should be "ephemeral"`];
  }
  const ttl = control['ttl'];
  return ttl === undefined || ttl === '5m' || ttl === '1h'
    ? []
    : [`${path}.ttl: Input should be "5m" or "1h"`];
}
