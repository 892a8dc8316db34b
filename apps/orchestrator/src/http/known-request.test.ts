import { expect, it } from 'vitest';
import type { KnownNames } from './goal-request.ts';
import { readKnownRequest } from './known-request.ts';

const names = (...workers: string[]): KnownNames => ({ workers, recipes: [], privateWebhooks: false });
const body = { goal: 'g', options: { workerTypes: ['geocoder'] } };

function asked(recent: KnownNames, now: KnownNames) {
  const ages: (string | undefined)[] = [];
  const knownNames = async (age?: 'recent'): Promise<KnownNames> => {
    ages.push(age);
    return age === 'recent' ? recent : now;
  };
  return { knownNames, ages };
}

it('asks once for a request that names what was known', async () => {
  const { knownNames, ages } = asked(names('geocoder'), names());
  expect((await readKnownRequest(body, { knownNames })).options.workerTypes).toEqual(['geocoder']);
  expect(ages).toEqual(['recent']);
});

it('takes a request that names what has just been announced', async () => {
  const { knownNames, ages } = asked(names('writer'), names('writer', 'geocoder'));
  expect((await readKnownRequest(body, { knownNames })).goal).toBe('g');
  expect(ages).toEqual(['recent', undefined]);
});

it('refuses what is known neither then nor now', async () => {
  const { knownNames } = asked(names('writer'), names('writer', 'coder'));
  await expect(readKnownRequest(body, { knownNames })).rejects.toThrow('geocoder');
  await expect(readKnownRequest({ goal: '' }, asked(names(), names()))).rejects.toThrow('goal');
});
