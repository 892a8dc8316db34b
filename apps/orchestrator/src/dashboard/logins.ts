import { createHash } from 'node:crypto';
import type { DashboardLogin } from '@baton/shared/settings/dashboard-logins';
import type { OrchestratorSettings } from '@baton/shared/settings/settings';

type LoginSettings = Pick<
  OrchestratorSettings,
  'DASHBOARD_USER' | 'DASHBOARD_PASSWORD' | 'DASHBOARD_READ_ONLY' | 'DASHBOARD_LOGINS'
>;

/** All who may log in, or null where none is set. */
export function dashboardLoginsOf({
  DASHBOARD_USER: name,
  DASHBOARD_PASSWORD: password,
  DASHBOARD_READ_ONLY: isReadOnly,
  DASHBOARD_LOGINS: named = [],
}: LoginSettings): DashboardLogin[] | null {
  const logins = [...named];
  if (name !== undefined && password !== undefined) {
    const sha256 = createHash('sha256').update(password).digest('hex');
    logins.push({ name, sha256, role: isReadOnly ? 'viewer' : 'operator' });
  }
  return logins.length === 0 ? null : logins;
}
