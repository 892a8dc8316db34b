import { describe, expect, it } from 'vitest';
import { endedGoal, openGoal, sampleTask } from '../testing/sample-goal.ts';
import { goalText } from './goal-text.ts';
import { OUTPUT_LIMIT, reportGoal } from './report-goal.ts';
import { goalReportSchema } from './report-schema.ts';

describe('the report of a goal', () => {
  it('says how far it is', () => {
    const tasks = [sampleTask('a'), sampleTask('b', { status: 'running', finishedAt: null, output: null })];
    const report = reportGoal(openGoal('goal_1', { status: 'running', tasks }));
    expect(report).toMatchObject({ ended: false, taskCount: 2, endedTaskCount: 1, output: null, notes: [] });
    expect(goalText(report)).toContain(
      'Goal goal_1 goes on: running (1 of 2 tasks ended, 3 model calls, $0.0123).',
    );
    expect(goalText(report)).toContain('- b (researcher) running');
  });

  it('says what is missing, and that no model answered', () => {
    const missing = [{ taskId: 'prices', reason: 'It failed: no price list was found.' }];
    const text = goalText(
      reportGoal(endedGoal('goal_1', { status: 'partially_succeeded', missing, simulated: true })),
    );
    expect(text).toContain('The answer lacks:\n- prices: It failed: no price list was found.');
    expect(text).toContain('Simulated: an emulator answered, not a model.');
  });

  it('stays within bounds whatever the models wrote', () => {
    const long = 'word '.repeat(40_000);
    const tasks = Array.from({ length: 1_000 }, (_, index) =>
      sampleTask(`t${index}`, { output: long, errors: Array.from({ length: 20 }, () => long) }),
    );
    const goal = endedGoal('goal_1', {
      goal: long,
      output: long,
      tasks,
      missing: tasks.map(({ id }) => ({ taskId: id, reason: long })),
      error: {
        type: 'plan_invalid',
        message: long,
        violations: tasks.map(({ id }) => ({ path: id, taskId: id, message: long })),
      },
    });
    const report = reportGoal(goal, { taskOutputs: true });
    expect(goalReportSchema.parse(report)).toEqual(report);
    expect(report.output).toHaveLength(OUTPUT_LIMIT);
    expect(report.tasks).toHaveLength(200);
    expect(JSON.stringify(report).length).toBeLessThan(450_000);
    expect(report.notes).toEqual([
      'The answer is cut: these are characters 0 to 40000 of 200000. Call get_goal with output_offset 40000 for what follows.',
      'The first 200 of 1000 tasks are shown.',
      'The first 50 of 1000 missing parts are shown.',
      'Task outputs are cut after 200 characters each.',
    ]);
  });

  it('tells the score, the references, and what became of the plan', () => {
    const review = {
      round: 1,
      verdict: 'pass' as const,
      scores: { accuracy: 1, completeness: 0.8, requirements: 0.8, consistency: 1 },
      feedback: [],
      judges: 1,
      passes: 1,
    };
    const subGoal = { id: 'goal_2', status: 'succeeded' as const, tasks: [sampleTask('x'), sampleTask('y')] };
    const goal = endedGoal('goal_1', {
      tasks: [sampleTask('sights', { reviews: [review], subGoal })],
      reviews: [review],
      citations: [{ taskId: 'sights', description: 'What is worth seeing.' }],
      finishedEarly: 'The sights suffice.',
      planCache: { match: 'exact', savedCalls: 2 },
      replans: 1,
    });
    const report = reportGoal(goal);
    expect(goalReportSchema.parse(report)).toEqual(report);
    expect(report.tasks).toMatchObject([{ score: 0.9, subTaskCount: 2 }]);
    const text = goalText(report);
    expect(text).toContain('judged 0.90, plan changed 1 times, 2 calls saved');
    expect(text).toContain('Finished early: The sights suffice.');
    expect(text).toContain('References of the answer:\n- [sights] What is worth seeing.');
  });

  it('says so when nothing of the answer follows', () => {
    const { output, notes } = reportGoal(endedGoal('goal_1'), { outputOffset: 5_000 });
    expect([output, notes]).toEqual(['', ['The answer has 21 characters: nothing follows at 5000.']]);
  });

  it('tells which laws a plan broke', () => {
    const error = {
      type: 'plan_invalid',
      message: 'The plan is not lawful.',
      violations: [{ path: 'tasks[0].worker', taskId: 'a', message: 'there is no worker type "x"' }],
    };
    const text = goalText(reportGoal(endedGoal('goal_1', { status: 'failed', output: null, error })));
    expect(text).toContain(
      'Error (plan_invalid): The plan is not lawful. tasks[0].worker: there is no worker type "x"',
    );
  });
});
