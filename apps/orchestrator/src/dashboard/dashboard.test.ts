import { expect, test } from 'vitest';
import { dashboardLink } from './dashboard.ts';

test('a goal is shown by its flow or, before it has one, by the job that plans it now', () => {
  expect(dashboardLink('goal_1', 0, 0)).toBe('/admin/queues/queue/goals/goal_1');
  expect(dashboardLink('goal_1', 0, 1)).toBe('/admin/queues/queue/goals/goal_1.retry-1');
  expect(dashboardLink('goal_1', 2, 1)).toBe('/admin/queues/queue/synthesis/goal_1.2.root');
});
