import { expect, it } from 'vitest';
import { describedSettings, holdersOf } from './described-settings.ts';
import { descriptions } from './descriptions.ts';
import type { SettingDescription } from './descriptions/description.ts';
import { knownNames } from './environment.ts';
import { factsOf } from './field-facts.ts';
import { settingFields, type SettingName } from './settings.ts';

const fields = { ...settingFields.orchestrator, ...settingFields.worker };
const described = Object.entries(descriptions) as [SettingName, SettingDescription][];

it.each(described)('%s says what it takes, once', (name, { format }) => {
  const { takes } = factsOf(fields[name]);
  expect([takes, format].filter((said) => said !== null && said !== undefined)).toHaveLength(1);
});

/** Its check reads the file that it names. */
const files: ReadonlySet<string> = new Set(['BATON_API_KEYS_FILE']);

it.each(described.filter(([name]) => !files.has(name)))('the example of %s is taken', (name, { example }) => {
  expect(fields[name].safeParse(example).error?.issues).toBeUndefined();
});

it('who reads a setting holds it', () => {
  for (const [name, { readBy = [] }] of described)
    expect(holdersOf(name)).toEqual(expect.arrayContaining([...readBy]));
});

it('every setting is in one chapter', () => {
  const names = [...describedSettings().values()].flat().map(({ name }) => name);
  expect(names.toSorted()).toEqual(Object.keys(fields).toSorted());
});

it('every setting is a name that typing errors are compared with', () => {
  expect(knownNames).toEqual(expect.arrayContaining(Object.keys(fields)));
});

it('limits and defaults are those of the fields', () => {
  expect(factsOf(fields.WORKER_CONCURRENCY)).toEqual({
    takes: 'a whole number from 1 to 1000',
    fallback: '8',
  });
  expect(factsOf(fields.USAGE_RETENTION)).toEqual({ takes: 'a duration from 1d', fallback: '400d' });
  expect(factsOf(fields.ACK)).toEqual({ takes: '`memory`, `replica`, `disk`', fallback: 'memory' });
  expect(factsOf(fields.WORKER_TYPES)).toEqual({ takes: null, fallback: null });
});
