import type { Delivery } from '@baton/shared/contract/delivery';
import type { Goal, TaskView } from '@baton/shared/contract/goal';
import { isTerminal } from '@baton/shared/contract/goal-status';
import { GOALS_QUEUE, SYNTHESIS_QUEUE } from '@baton/shared/contract/queues';
import type { Usage } from '@baton/shared/contract/task-outcome';
import { rootJobId } from '@baton/dag-flow/job-ids';
import { goalJobId } from '../flows/goals-queue.ts';
import { runId } from '../flows/plan-to-dag.ts';
import { goalStyles } from './goal-styles.ts';
import { html, type Html } from './html.ts';
import { shortenedText } from './shortened-data.ts';
import type { ShownGoal } from './shown-goal.ts';

const MOST_OF_GOAL = 1_000;
const MOST_OF_ERROR = 400;
/** Seconds between two looks at a goal that has not ended. */
const REFRESH = 5;
const BOARD = '../queues';

function moment(at: string | null): Html {
  return at === null
    ? html`–`
    : html`<time datetime="${at}">${at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}</time>`;
}

/** `now` stands in for an end that has not come. */
function took(from: string | null, to: string | null, now: number): string {
  if (from === null) return '–';
  return spanText(Math.max(0, (to === null ? now : Date.parse(to)) - Date.parse(from)));
}

function spanText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (ms < 1_000) return `${ms} ms`;
  if (seconds < 60) return `${(ms / 1_000).toFixed(1)} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

function cost({ costUsd, calls }: Usage): string {
  if (costUsd === null) return 'not known';
  if (calls === 0) return '–';
  return costUsd === 0 ? '$0' : `$${costUsd.toFixed(costUsd < 1 ? 4 : 2)}`;
}

function status(name: string): Html {
  return html`<span class="status ${name}">${name.replaceAll('_', ' ')}</span>`;
}

function fact(name: string, value: Html | string): Html {
  return html`<dt>${name}</dt>
    <dd>${value}</dd>`;
}

function goalLink(goalId: string): Html {
  return html`<a href="${goalId}">${goalId}</a>`;
}

function flowLinks({ goal: { id, rev }, retries }: ShownGoal): Html {
  const planning = `${BOARD}/queue/${GOALS_QUEUE}/${goalJobId('plan', { goalId: id, retries })}`;
  if (rev === 0) return html`<a href="${planning}">the job that plans it</a>`;
  const revs = Array.from({ length: rev }, (_, at) => rev - at).slice(0, 10);
  return html`${revs.map(
    (one) =>
      html`<a href="${BOARD}/queue/${SYNTHESIS_QUEUE}/${rootJobId(runId(id, one))}"
        >${one === rev ? 'flow' : `rev ${one}`}</a
      > `,
  )}`;
}

function facts(shown: ShownGoal, now: number): Html {
  const { tenant, goal } = shown;
  const { usage, parent, labels } = goal;
  const tokens = usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  return html`<dl>
    ${fact('Tenant', tenant)} ${fact('Accepted', moment(goal.createdAt))}
    ${goal.finishedAt === null ? fact('Open for', took(goal.createdAt, null, now)) : fact('Ended', html`${moment(goal.finishedAt)}, after ${took(goal.createdAt, goal.finishedAt, now)}`)}
    ${fact('Rev', html`${goal.rev}${goal.replans === 0 ? '' : `, changed after failures: ${goal.replans}`}`)}
    ${fact('Flow', flowLinks(shown))}
    ${fact('Calls', html`${usage.calls}${usage.possiblyRepeatedCalls === 0 ? '' : `, of them possibly repeated: ${usage.possiblyRepeatedCalls}`}`)}
    ${fact('Tokens', html`${tokens.toLocaleString('en')}, of them read from a cache: ${usage.cacheReadTokens.toLocaleString('en')}`)}
    ${fact('Cost', html`${cost(usage)}${goal.simulated ? ' (simulated)' : ''}`)}
    ${parent ? fact('For', html`task ${parent.taskId} of ${goalLink(parent.goalId)}`) : null}
    ${
      Object.keys(labels).length > 0
        ? fact(
            'Labels',
            Object.entries(labels)
              .map(([name, value]) => `${name}=${value}`)
              .join(', '),
          )
        : null
    }
    ${goal.finishedEarly === null ? null : fact('Finished early', shortenedText(goal.finishedEarly, MOST_OF_ERROR))}
  </dl>`;
}

function problems({ error, missing }: Goal): Html {
  const why = error
    ? html`<p class="error">${error.type}: ${shortenedText(error.message, MOST_OF_ERROR)}</p>`
    : null;
  const lacks = missing.map(
    ({ taskId, reason }) => html`<li><b>${taskId}</b>: ${shortenedText(reason, MOST_OF_ERROR)}</li>`,
  );
  return html`${why}${
    lacks.length > 0
      ? html`<h2>What the answer lacks</h2>
          <ul>
            ${lacks}
          </ul>`
      : null
  }`;
}

function taskRow(task: TaskView, { goal: { plan }, jobs }: ShownGoal, now: number): Html {
  const needs = plan?.tasks.find(({ id }) => id === task.id)?.dependencies ?? [];
  const job = jobs.get(task.id);
  const score = task.reviews.at(-1)?.scores;
  return html`<tr>
    <td>
      ${job === undefined ? task.id : html`<a href="${BOARD}/${job}">${task.id}</a>`}
      ${task.subGoal ? html`<small>as ${goalLink(task.subGoal.id)}</small>` : null}
    </td>
    <td>${task.worker}</td>
    <td>${status(task.status)}</td>
    <td>${needs.join(', ')}</td>
    <td>${task.attempts}</td>
    <td>${took(task.startedAt, task.finishedAt, now)}</td>
    <td>${task.usage.calls}</td>
    <td>${cost(task.usage)}</td>
    <td>${score ? meanOf(Object.values(score)) : ''}</td>
    <td>
      ${task.errors.map((error) => html`<small class="error">${shortenedText(error, MOST_OF_ERROR)}</small>`)}
    </td>
  </tr>`;
}

function meanOf(scores: readonly number[]): string {
  return (scores.reduce((sum, score) => sum + score, 0) / scores.length).toFixed(2);
}

function taskTable(shown: ShownGoal, now: number): Html {
  const { goal } = shown;
  if (goal.tasks.length === 0) return html`<p>It has no tasks${isTerminal(goal.status) ? '' : ' yet'}.</p>`;
  return html`<table>
    <thead>
      <tr>
        <th>Task</th>
        <th>Worker</th>
        <th>State</th>
        <th>Needs</th>
        <th>Attempts</th>
        <th>Took</th>
        <th>Calls</th>
        <th>Cost</th>
        <th>Score</th>
        <th>Errors</th>
      </tr>
    </thead>
    <tbody>
      ${goal.tasks.map((task) => taskRow(task, shown, now))}
    </tbody>
  </table>`;
}

function deliveryRow({ id, type, status: state, attemptCount, attempts, nextAttemptAt }: Delivery): Html {
  const last = attempts.at(-1);
  const said = last?.error ?? (last?.status == null ? '' : String(last.status));
  return html`<tr>
    <td>${id}</td>
    <td>${type}</td>
    <td>${status(state)}</td>
    <td>${attemptCount}</td>
    <td>${shortenedText(said, MOST_OF_ERROR)}</td>
    <td>${moment(nextAttemptAt)}</td>
  </tr>`;
}

function deliveryTable(deliveries: readonly Delivery[]): Html | null {
  if (deliveries.length === 0) return null;
  return html`<h2>Webhook</h2>
    <table>
      <thead>
        <tr>
          <th>Message</th>
          <th>Event</th>
          <th>State</th>
          <th>Attempts</th>
          <th>Last answer</th>
          <th>Next attempt</th>
        </tr>
      </thead>
      <tbody>
        ${deliveries.map(deliveryRow)}
      </tbody>
    </table>`;
}

/** A page without scripts: where a goal stands, without its texts but for the beginning of the goal's own. */
export function goalHtml(shown: ShownGoal, now: number): string {
  const { goal, deliveries } = shown;
  const refresh = isTerminal(goal.status) ? null : html`<meta http-equiv="refresh" content="${REFRESH}" />`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        ${refresh}
        <title>${goal.id}</title>
        <link rel="icon" href="data:," />
        <style>
          ${goalStyles}
        </style>
      </head>
      <body>
        <header><a href="${BOARD}">Queues</a></header>
        <main>
          <h1>${goal.id} ${status(goal.status)}</h1>
          <blockquote>${shortenedText(goal.goal, MOST_OF_GOAL)}</blockquote>
          ${problems(goal)} ${facts(shown, now)}
          <h2>Tasks</h2>
          ${taskTable(shown, now)} ${deliveryTable(deliveries)}
        </main>
      </body>
    </html>`.text;
}
