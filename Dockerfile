FROM node:24-alpine AS build
WORKDIR /baton
RUN corepack enable
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY apps/orchestrator/package.json apps/orchestrator/
COPY apps/worker/package.json apps/worker/
COPY packages/client/package.json packages/client/
COPY packages/dag-flow/package.json packages/dag-flow/
COPY packages/emulator/package.json packages/emulator/
COPY packages/mcp/package.json packages/mcp/
COPY packages/plan/package.json packages/plan/
COPY packages/shared/package.json packages/shared/
COPY e2e/package.json e2e/
COPY bench/package.json bench/
COPY faults/package.json faults/
COPY examples/express-backend/package.json examples/express-backend/
COPY examples/sse-proxy/package.json examples/sse-proxy/
COPY examples/webhook-receiver/package.json examples/webhook-receiver/
RUN pnpm install --frozen-lockfile
COPY tsconfig.base.json tsconfig.json ./
COPY apps apps
COPY packages packages
COPY recipes recipes
RUN node_modules/.bin/tsc -b
RUN pnpm --filter @baton/orchestrator deploy --prod --legacy /out/orchestrator \
 && pnpm --filter @baton/worker deploy --prod --legacy /out/worker \
 && pnpm --filter @baton/emulator deploy --prod --legacy /out/emulator

FROM node:24-alpine AS base
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /baton
USER node

FROM base AS orchestrator
COPY --from=build /out/orchestrator apps/orchestrator
COPY --from=build /baton/recipes recipes
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/orchestrator/dist/main.js"]

FROM base AS worker
COPY --from=build /out/worker apps/worker
EXPOSE 3001
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3001/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/worker/dist/main.js"]

FROM base AS emulator
ENV EMULATOR_PORT=4010
COPY --from=build /out/emulator packages/emulator
EXPOSE 4010
CMD ["node", "packages/emulator/dist/main.js"]
