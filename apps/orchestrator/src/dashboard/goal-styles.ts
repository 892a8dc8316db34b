import { Html } from './html.ts';

export const goalStyles = new Html(`
:root { color-scheme: light dark; --line: #d8dee4; --soft: #6b7280; --good: #16a34a; --bad: #dc2626; --busy: #2563eb; --odd: #b45309; }
@media (prefers-color-scheme: dark) { :root { --line: #30363d; --soft: #9ca3af; --good: #4ade80; --bad: #f87171; --busy: #60a5fa; --odd: #fbbf24; } }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; }
header { padding: .8rem 1.5rem; border-bottom: 1px solid var(--line); }
main { padding: 0 1.5rem 3rem; max-width: 80rem; }
h1 { font: 600 1.2rem ui-monospace, monospace; }
h2 { font-size: 1.05rem; margin-top: 2rem; }
blockquote { margin: 1rem 0; padding: .6rem 1rem; border-left: 3px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.5rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
main { overflow-x: auto; }
table { border-collapse: collapse; min-width: 50rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem 1.2rem .35rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 500; }
small { display: block; }
.error { color: var(--bad); overflow-wrap: anywhere; }
.status { font: 600 .85rem system-ui, sans-serif; padding: .1rem .5rem; border: 1px solid currentColor; border-radius: 1rem; white-space: nowrap; color: var(--soft); }
.succeeded, .delivered { color: var(--good); }
.failed, .given_up { color: var(--bad); }
.running, .planning, .synthesizing, .queued { color: var(--busy); }
.partial, .partially_succeeded, .expired, .awaiting_approval { color: var(--odd); }
`);
