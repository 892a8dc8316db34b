import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { builtInWorkerTypes } from '@baton/plan/worker-types/built-in';
import { SetupError } from '@baton/shared/settings/setup-error';
import { RECIPE_FILE } from './read-recipe.ts';
import { idleRecipes, loadRecipes, unknownTypes, viewRecipes } from './recipes.ts';

const builtInFolder = fileURLToPath(new URL('../../../../recipes', import.meta.url));
const builtInTypes = builtInWorkerTypes.map(({ type }) => type);

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-recipes-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const haiku = {
  name: 'haiku',
  title: 'Haiku',
  description: 'A haiku.',
  planHints: ['One writer task.'],
  synthesisHints: [],
  exampleGoal: 'Write a haiku on rain.',
};
const json = (changes: object = {}): string => JSON.stringify({ ...haiku, ...changes });

/** The problems that loading the folder names, without the folder's own path. */
async function problemsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = folderOf(files);
  const error: unknown = await loadRecipes([builtInFolder, folder]).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SetupError);
  const [first, ...problems] = (error as Error).message.split('\n');
  expect(first).toBe("BATON_RECIPES: these recipes can't be used:");
  return problems.map((problem) => problem.replaceAll(`${folder}/`, '').replace('  - ', ''));
}

describe('the built-in recipes', () => {
  it('are those that are promised, for worker types that exist, with one example each', async () => {
    const recipes = await loadRecipes([builtInFolder]);
    expect([...recipes.keys()].sort()).toEqual([
      'code-review',
      'content-creation',
      'document-analysis',
      'market-research',
      'marketing-copy',
      'report',
      'technical-analysis',
      'travel-planning',
    ]);
    expect(unknownTypes(recipes, builtInTypes)).toEqual([]);
    for (const { planHints, synthesisHints, workerTypes } of recipes.values()) {
      expect(Math.min(planHints.length, synthesisHints.length, workerTypes?.length ?? 0)).toBeGreaterThan(2);
    }
    const examples = [...recipes.values()].map(({ exampleGoal }) => exampleGoal);
    expect(new Set(examples).size).toBe(recipes.size);
  });

  it('bring the material that their example speaks of', async () => {
    const recipes = await loadRecipes([builtInFolder]);
    for (const name of ['code-review', 'document-analysis'])
      expect(recipes.get(name)?.exampleContext?.length).toBeGreaterThan(800);
  });
});

describe("recipes of one's own", () => {
  it('come from JSON and YAML, and replace built-in ones of the same name', async () => {
    const folder = folderOf({
      'haiku.json': json(),
      'verse.yml': `${json({ name: 'verse' })}\n`,
      'report.yaml': `# ours\n${json({ name: 'report', title: 'Our report' })}`,
      'README.md': '# Ours',
      '.haiku.json.swp': 'x',
    });
    mkdirSync(join(folder, 'drafts'));
    const recipes = await loadRecipes([builtInFolder, folder]);
    expect([recipes.get('haiku'), recipes.get('verse')?.name]).toEqual([haiku, 'verse']);
    expect(recipes.get('report')?.title).toBe('Our report');
    expect(viewRecipes(recipes).find(({ name }) => name === 'haiku')).toEqual({
      ...haiku,
      workerTypes: null,
      prompts: null,
      exampleContext: null,
    });
  });

  it('are refused with every file and field that is wrong, at once', async () => {
    const problems = await problemsOf({
      'a.json': '{"name": "a",',
      'b.yaml': 'name: [b\ntitle: x',
      'c.json': json({ planHint: ['x'], prompts: { tasks: { Writer: 'x' }, planer: 'y' } }),
      'd.yml': 'title: D',
      'e.json': '[]',
      'f.yaml': 'name: f\nname: f',
    });
    expect(problems).toEqual([
      expect.stringMatching(/^a\.json: .*JSON/),
      expect.stringMatching(/^b\.yaml: .*at line \d/),
      expect.stringMatching(/^c\.json: prompts\.tasks\.Writer this name must be the name of a worker type/),
      'c.json: prompts.planer is not a known field. Did you mean "planner"?',
      'c.json: planHint is not a known field. Did you mean "planHints"?',
      'd.yml: name must be given, as a text, in quotes',
      'd.yml: description must be given, as a text, in quotes',
      'd.yml: planHints must be given, as a list, as in […]',
      'd.yml: synthesisHints must be given, as a list, as in […]',
      'd.yml: exampleGoal must be given, as a text, in quotes',
      'e.json: must be an object, as in {…}',
      expect.stringMatching(/^f\.yaml: Map keys must be unique at line 2/),
    ]);
  });

  it('have a name of their own in their folder', async () => {
    expect(await problemsOf({ 'a.json': json(), 'b.yaml': json() })).toEqual([
      'b.yaml: name "haiku" is the name of the recipe in a.json too',
    ]);
  });

  it('have instructions only for worker types that they name', async () => {
    const file = json({ workerTypes: ['writer'], prompts: { tasks: { writter: 'Write.', coder: 'Code.' } } });
    expect(await problemsOf({ 'a.json': file })).toEqual([
      'a.json: prompts.tasks.writter is none of the recipe\'s workerTypes. Did you mean "writer"?',
      "a.json: prompts.tasks.coder is none of the recipe's workerTypes. Its types: writer.",
    ]);
  });

  it('are not there where the folder is not', async () => {
    await expect(loadRecipes(['/nowhere'])).rejects.toThrow("BATON_RECIPES: the folder can't be read");
  });

  it('may name worker types that nobody has announced yet, which is told', async () => {
    const folder = folderOf({
      'a.json': json({ name: 'a', workerTypes: ['writer', 'reseacher'] }),
      'b.json': json({ name: 'b', workerTypes: ['geocoder'] }),
    });
    const recipes = await loadRecipes([folder]);
    expect(unknownTypes(recipes, builtInTypes)).toEqual([
      expect.stringContaining('"a" names the worker type "reseacher"'),
      expect.stringContaining('"b" names the worker type "geocoder"'),
    ]);
    expect(unknownTypes(recipes, builtInTypes)[0]).toContain('did you mean "researcher"?');
    expect(idleRecipes(recipes, builtInTypes)).toEqual(['b']);
    expect(idleRecipes(recipes, [...builtInTypes, 'geocoder'])).toEqual([]);
  });
});

it('files of recipes end in .json, .yaml or .yml', () => {
  const names = ['a.json', 'a.yaml', 'a.yml', 'a.md', '.a.json', 'json', '..data'];
  expect(names.filter((name) => RECIPE_FILE.test(basename(name)))).toEqual(['a.json', 'a.yaml', 'a.yml']);
});
