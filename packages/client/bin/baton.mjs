#!/usr/bin/env node
// Here before the first build, so that installing links the command.
await import('../dist/main.js');
