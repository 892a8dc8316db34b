import type { Descriptions } from './description.ts';

export const apiDescriptions = {
  BATON_API_KEYS: {
    does: 'Who may call. `npx baton keys create` makes a key and its entry. Scopes: `submit`, `read`, `operate`, `admin`; all of them unless given.',
    format: '`tenant:sha256hex[:scope+scope]`, comma-separated',
    example: 'acme:de4440ae5317005e3c2730528e848d86e10349ecce9abcce7962fdd2ee0d024f:submit+read',
    readBy: ['api'],
  },
  BATON_API_KEYS_FILE: {
    does: 'The same from a file, with one key a line; `BATON_API_KEYS` goes first.',
    format: 'a path',
    example: '/run/secrets/api-keys',
    readBy: ['api'],
  },
  RATE_LIMIT: {
    does: 'Requests per minute and API key, over all processes. `0`: any number.',
    example: '6000',
    readBy: ['api'],
  },
  MAX_STREAMS: {
    does: 'Event streams and waits that a key may have open in one process.',
    example: '1000',
    readBy: ['api'],
  },
  CORS_ORIGINS: {
    does: 'Origins whose web pages may call the API.',
    format: 'origins, comma-separated',
    example: 'https://app.example.com',
    readBy: ['api'],
  },
  DASHBOARD_USER: {
    does: 'Name of the login to the dashboard at `/admin/queues`. Without a login the dashboard is off, unless the server is open to this machine alone.',
    format: 'text',
    example: 'operator',
    readBy: ['api'],
  },
  DASHBOARD_PASSWORD: {
    does: 'Password of that login.',
    format: 'text',
    example: 'a-long-random-password',
    readBy: ['api'],
  },
  DASHBOARD_READ_ONLY: {
    does: 'Whether that login may look only, or also do what the [dashboard](dashboard.md) allows an operator.',
    example: 'false',
    readBy: ['api'],
  },
  DASHBOARD_LOGINS: {
    does: 'Logins to the [dashboard](dashboard.md) beside that one: a viewer looks, an operator may also do what it allows; a viewer unless given. The digest is that of the password: `printf %s "<password>" | sha256sum`.',
    format: '`name:sha256hex[:viewer\\|operator]`, comma-separated',
    example: 'anna:de4440ae5317005e3c2730528e848d86e10349ecce9abcce7962fdd2ee0d024f:operator',
    readBy: ['api'],
  },
  WEBHOOK_SECRET: {
    does: 'Signs [webhooks](webhooks.md); several, the newest first, while one is replaced. Unsigned without.',
    format: '`whsec_` and base64 of 24 to 64 bytes: `echo "whsec_$(openssl rand -base64 32)"`',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    readBy: ['planner'],
  },
  WEBHOOK_ALLOW_PRIVATE: {
    does: 'Whether webhooks may go to private addresses, and over plain HTTP.',
    example: 'true',
  },
} as const satisfies Partial<Descriptions>;
