export type OpenGoalStatus = 'accepted' | 'planning' | 'awaiting_approval' | 'running' | 'synthesizing';

export type TerminalGoalStatus = 'succeeded' | 'partially_succeeded' | 'failed' | 'cancelled' | 'expired';

export type GoalStatus = OpenGoalStatus | TerminalGoalStatus;
