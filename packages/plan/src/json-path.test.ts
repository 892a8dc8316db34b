import { expect, test } from 'vitest';
import { jsonPath } from './json-path.ts';

test.each([
  [[], ''],
  [['tasks', 2, 'dependencies', 0], 'tasks[2].dependencies[0]'],
  [[0, 'a'], '[0].a'],
  [['a b', 'c'], '["a b"].c'],
  [['\uD800'], '["\\ud800"]'],
  [['x'.repeat(200)], `["${'x'.repeat(80)}"]`],
])('%j is written as %s', (parts, expected) => {
  expect(jsonPath(parts)).toBe(expected);
});
