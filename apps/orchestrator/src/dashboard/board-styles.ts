/** The system's own: nothing is asked of other hosts. */
export const fonts = {
  'font-sans': 'system-ui, sans-serif',
  'font-mono': 'ui-monospace, monospace',
} as const;

/** What the board offers in menus and on jobs and Baton refuses, by the icons: the board has no option to leave them out. */
const refusedItems = ['plus', 'chart-no-axes-gantt', 'gauge', 'trash-2', 'ban'];
const refusedButtons = ['files', 'pencil', 'list-x', 'clock', 'arrow-up-down'];

const selectors = [
  ...refusedItems.map((icon) => `[role=menuitem]:has(> svg.lucide-${icon})`),
  ...refusedButtons.map((icon) => `[class*=jobActions] li:has(svg.lucide-${icon})`),
];

/** Added to the page's own: what would be refused is not offered, and the way to a job's goal is seen to be a link. */
export const boardStyles = `${selectors.join(',')}{display:none}
a[class*=externalLink]{text-decoration:underline}`;
