import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { useBaton } from './baton.ts';
import { noChromium, useChromium } from './chromium.ts';
import { plan, task } from './plans.ts';
import { until } from './until.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const operator = 'anna:open sesame';
const viewer = 'ben:päss:word';

const baton = useBaton({
  orchestrator: {
    DASHBOARD_LOGINS: `anna:${sha256('open sesame')}:operator,ben:${sha256('päss:word')}`,
    WEBHOOK_ALLOW_PRIVATE: 'true',
  },
});
const board = '/admin/queues';

interface QueueView {
  readonly name: string;
  readonly description?: string;
  readonly readOnlyMode: boolean;
  readonly jobs: readonly { id: string; name: string; data: { receiver?: string }; failedReason: string }[];
}

interface FlowNode {
  readonly name: string;
  readonly queueName: string;
  readonly state?: string;
  readonly children?: readonly FlowNode[];
}

function nodesOf(node: FlowNode): FlowNode[] {
  return [node, ...(node.children ?? []).flatMap(nodesOf)];
}

function as(login: string, more: Record<string, string> = {}): { headers: Record<string, string> } {
  return { headers: { authorization: `Basic ${Buffer.from(login).toString('base64')}`, ...more } };
}

async function put(path: string, login = operator, more: Record<string, string> = {}): Promise<number> {
  return (await baton.api.fetch('PUT', `${board}/api/queues/${path}`, as(login, more))).status;
}

const isPaused = (queue: string): Promise<number> =>
  baton.redis.hexists(`{${baton.prefix}}:queue:${queue}:meta`, 'paused');

/** Needs settle and link jobs: two tasks wait for `market`. */
const diamond = plan(
  task('market'),
  task('costs', ['market']),
  task('risks', ['market'], 'analyzer'),
  task('report', ['costs', 'risks'], 'writer'),
);

describe('the board', () => {
  test('takes its logins alone', async () => {
    const status = async (path: string, login?: string): Promise<number> =>
      (await baton.api.fetch('GET', path, login === undefined ? {} : as(login))).status;
    for (const path of [board, `${board}/api/queues`, `${board}/static/js/main.js`, '/admin/goals/goal_0'])
      expect(await status(path)).toBe(401);
    for (const wrong of ['anna:wrong', 'ben:open sesame', 'anna', ':'])
      expect(await status(board, wrong)).toBe(401);
    for (const right of [operator, viewer]) expect(await status(board, right)).toBe(200);
    const challenge = (await baton.api.fetch('GET', board)).headers.get('www-authenticate');
    expect(challenge).toMatch(/^Basic realm="Baton"/);
  });

  test('shows every queue, and what it is for', async () => {
    const { queues } = await baton.api.json<{ queues: QueueView[] }>(
      'GET',
      `${board}/api/queues`,
      200,
      as(viewer),
    );
    const types =
      'researcher analyzer writer coder reviewer validator synthesizer specialist orchestrator'.split(' ');
    expect(queues.map(({ name }) => name).toSorted()).toEqual(
      [
        'goals',
        'synthesis',
        'assessment',
        'control',
        'webhooks',
        ...types.map((type) => `tasks.${type}`),
      ].toSorted(),
    );
    for (const { description } of queues) expect(description).toMatch(/\w{3}/);
    for (const { readOnlyMode } of queues) expect(readOnlyMode).toBe(true);
  });

  test('works behind a path that a proxy has taken away', async () => {
    const baseOf = async (prefix: string): Promise<string | undefined> => {
      const response = await baton.api.fetch('GET', board, as(viewer, { 'x-forwarded-prefix': prefix }));
      return /<base href="([^"]+)"/.exec(await response.text())?.[1];
    };
    expect(await baseOf('/tools/baton/')).toBe(`/tools/baton${board}/`);
    for (const evil of ['//evil.example', '/a"b', 'https://evil.example', '/..'])
      expect(await baseOf(evil)).toBe(`${board}/`);
    const start = await baton.api.fetch('GET', '/admin', as(viewer));
    expect([start.status, start.headers.get('location')]).toEqual([302, 'admin/queues']);
  });

  test('shows webhook messages that are still to be delivered, without what their address hides', async () => {
    const webhook = { url: 'http://127.0.0.1:9/hook/Zanzibar' };
    const { goal } = await baton.api.run({ goal: 'What is 2 + 2?', plan: plan(task('a')), webhook });
    const message = await until('the first attempt has failed', async () => {
      const path = `${board}/api/queues?activeQueue=webhooks`;
      const { queues } = await baton.api.json<{ queues: QueueView[] }>('GET', path, 200, as(viewer));
      const jobs = queues.find(({ name }) => name === 'webhooks')?.jobs ?? [];
      return jobs.find(({ id, failedReason }) => id === `${goal.id}.0` && failedReason !== '');
    });
    expect(message).toMatchObject({
      name: 'goal.succeeded → 127.0.0.1:9',
      data: { receiver: '127.0.0.1:9' },
    });
    expect(JSON.stringify(message)).not.toContain('Zanzibar');
  });
});

describe('a goal that has ended', () => {
  test('shows its plan as a tree, from the link that the goal gives', async () => {
    const { goal } = await baton.api.run({ goal: 'Shown as a tree.', plan: diamond });
    const link = goal.links.dashboard ?? '';
    const path = `${link.replace(`${board}/queue/`, `${board}/api/queues/`)}/flow`;
    const { flowRoot } = await baton.api.json<{ flowRoot: FlowNode }>('GET', path, 200, as(viewer));
    expect(flowRoot).toMatchObject({ queueName: 'synthesis', state: 'completed' });
    const shown = nodesOf(flowRoot);
    for (const { id, worker } of diamond.tasks)
      expect(shown.filter(({ name }) => name === id)).toMatchObject([{ queueName: `tasks.${worker}` }]);
    expect(shown.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['settle market', 'link market → risks']),
    );
  });

  test('keeps its texts out of its jobs', async () => {
    const { goal } = await baton.api.run({ goal: 'Of Zanzibar.', plan: plan(task('a')) });
    const job = await baton.redis.hgetall(`{${baton.prefix}}:queue:tasks.researcher:${goal.id}.1.0`);
    expect(job).toMatchObject({ name: 'a' });
    expect(JSON.stringify(job)).not.toContain('Zanzibar');
  });
});

describe('what is written', () => {
  test('is nothing by a viewer', async () => {
    for (const path of ['goals/pause', 'tasks.writer/clean/completed', 'goals/empty', 'pause'])
      expect({ path, status: await put(path, viewer) }).toEqual({ path, status: 403 });
    expect(await isPaused('goals')).toBe(0);
  });

  test('is taken from the own page alone', async () => {
    const { host } = new URL(baton.api.url);
    const pause = 'tasks.coder/pause';
    for (const foreign of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { referer: 'https://evil.example/page' },
    ])
      expect({ foreign, status: await put(pause, operator, foreign) }).toEqual({ foreign, status: 403 });
    expect(await isPaused('tasks.coder')).toBe(0);
    for (const own of [
      { 'sec-fetch-site': 'same-origin', origin: 'https://proxy.example' },
      { origin: `http://${host}` },
      { origin: 'https://proxy.example', 'x-forwarded-host': 'proxy.example' },
    ])
      expect({ own, status: await put('tasks.coder/resume', operator, own) }).toEqual({ own, status: 200 });
  });

  test('by an operator breaks no goal that is under way', async () => {
    expect(await put('tasks.writer/pause')).toBe(200);
    const tasks = [task('a'), task('slow', [], 'writer'), task('b', ['a', 'slow']), task('c', ['a', 'slow'])];
    const { id } = await baton.api.submit({ goal: 'Held up by an operator.', plan: plan(...tasks) });
    await baton.api.eventOf(id, 'task.succeeded', 'a');

    const refused = {
      'tasks.writer/empty': 403,
      'tasks.writer/obliterate': 403,
      'tasks.writer/concurrency': 403,
      'tasks.writer/rate-limit': 403,
      'tasks.writer/clean/wait': 403,
      'control/clean/delayed': 403,
      'tasks.researcher/retry/completed': 403,
      [`tasks.researcher/${id}.1.0/retry`]: 403,
      [`tasks.writer/${id}.1.1/clean`]: 403,
      [`synthesis/${id}.1.root/clean`]: 403,
      [`synthesis/${id}.1.root/remove-unprocessed-children`]: 403,
    };
    const answers = await Promise.all(
      Object.keys(refused).map(async (path) => [path, await put(path)] as const),
    );
    expect(Object.fromEntries(answers)).toEqual(refused);
    for (const [method, path] of [
      ['POST', 'goals/add'],
      ['PATCH', `tasks.writer/${id}.1.1/update-data`],
      ['PATCH', `tasks.writer/${id}.1.1/priority`],
      ['PATCH', `control/${id}.1.1.l.3/delay`],
    ] as const) {
      const reply = await baton.api.problem(method, `${board}/api/queues/${path}`, 403, as(operator));
      expect(reply).toMatchObject({ message: expect.stringContaining('baton command') });
    }

    // The link of the task that waits looks for itself, and is parked again; what has ended is not needed any more.
    expect(await put('control/promote')).toBe(200);
    expect(await put(`tasks.researcher/${id}.1.0/clean`)).toBe(204);
    expect(await put('tasks.writer/resume')).toBe(200);
    await baton.api.follow(id);
    const { status, tasks: ended } = await baton.api.goal(id);
    expect([status, ...ended.map((one) => one.status)]).toEqual(Array(5).fill('succeeded'));
  });
});

describe.skipIf(noChromium)(`in a browser${noChromium ? ` (${noChromium})` : ''}`, () => {
  const browser = useChromium();
  const buttons = '[class*=jobActions] button';

  // Each page that is opened anew costs seconds: a test goes from one to the next as a person does.
  test('a viewer sees the flow that a goal links to, and its goal, and is offered nothing to change', async () => {
    const request = { goal: 'Compare <b>solar</b> and wind.', plan: diamond, labels: { team: 'growth' } };
    const { goal } = await baton.api.run(request);
    const { page, context, hosts, complaints, screenshot } = await browser.open(viewer);
    await page.goto(`${baton.api.url}${goal.links.dashboard}`);
    const flow = page.locator('.react-flow');
    for (const name of ['market', 'settle market', 'link market → risks', 'report', 'synthesis'])
      await flow.getByRole('heading', { name, exact: true }).waitFor();
    expect(await page.locator(buttons).count()).toBe(0);
    await flow.scrollIntoViewIfNeeded();
    await screenshot('flow');

    const [goalPage] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('link', { name: 'Goal', exact: true }).first().click(),
    ]);
    await goalPage.getByRole('heading', { name: goal.id }).waitFor();
    expect(await goalPage.locator('blockquote').innerText()).toBe(request.goal);
    expect(await goalPage.locator('tbody tr').count()).toBe(diamond.tasks.length);
    expect(await goalPage.locator('script').count()).toBe(0);
    await goalPage.screenshot({ path: '.baton/screenshots/goal.png' });
    const job = await goalPage.getByRole('link', { name: 'market' }).getAttribute('href');
    expect(new URL(job ?? '', goalPage.url()).pathname).toBe(
      `${board}/queue/tasks.researcher/${goal.id}.1.0`,
    );

    await page.getByRole('link', { name: 'coder' }).click();
    await page.getByText('No latest jobs').waitFor();
    expect(await page.locator('[aria-haspopup=menu]').count()).toBe(0);
    const tried = await page.evaluate(
      async () => (await fetch('api/queues/goals/pause', { method: 'PUT' })).status,
    );
    expect(tried).toBe(403);
    expect([...hosts]).toEqual([new URL(baton.api.url).host]);
    expect(complaints.filter((text) => !text.includes('403'))).toEqual([]);
    await context.close();
  });

  test('an operator is offered what is allowed', async () => {
    const { goal } = await baton.api.run({ goal: 'Looked at.', plan: plan(task('a')) });
    const { page, context, hosts, complaints, screenshot } = await browser.open(operator);
    await page.goto(`${baton.api.url}${board}/queue/tasks.researcher/${goal.id}.1.0`);
    await page.locator(`${buttons}:visible`).first().waitFor();
    // A job that has ended may be removed, and nothing else.
    expect(await page.locator(`${buttons}:visible`).count()).toBe(1);
    await page.getByRole('link', { name: 'coder' }).click();
    await page.getByText('No latest jobs').waitFor();
    await page.locator('[aria-haspopup=menu]').click();
    expect(await page.locator('[role=menuitem]:visible').allInnerTexts()).toEqual(['Pause']);
    await screenshot('queue');
    await page.getByRole('menuitem', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Confirm' }).click();
    await until('the queue is paused', () => isPaused('tasks.coder'));
    expect(await put('tasks.coder/resume')).toBe(200);
    expect([...hosts]).toEqual([new URL(baton.api.url).host]);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
