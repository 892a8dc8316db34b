import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../../scripts/paths.mjs';
import type { Mutant } from './mutant.ts';
import { mutants } from './mutants.ts';
import { edited } from './private-build.ts';

function mutatedFiles({ edits }: Mutant): Map<string, string> {
  const texts = new Map<string, string>();
  for (const edit of edits) {
    const text = texts.get(edit.file) ?? readFileSync(join(repositoryRoot, edit.file), 'utf8');
    texts.set(edit.file, edited(text, edit));
  }
  return texts;
}

describe('planted bugs', () => {
  it.each(mutants)('$name still applies to the sources', (mutant) => {
    expect(mutatedFiles(mutant).size).toBeGreaterThan(0);
  });

  it('have names of their own', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it('are refused when their text is gone, or stands there twice', () => {
    const edit = { file: 'a.ts', find: 'once', replace: 'never' };
    expect(edited('it is done once', edit)).toBe('it is done never');
    expect(() => edited('it is done', edit)).toThrow('no longer applies: a.ts holds this 0 times');
    expect(() => edited('once and once more', edit)).toThrow('no longer applies: a.ts holds this 2 times');
  });

  it('replace what they find by the text as it stands, whatever it looks like', () => {
    expect(edited('a b c', { file: 'a.ts', find: 'b', replace: '$& $1' })).toBe('a $& $1 c');
  });
});
