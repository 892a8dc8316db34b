# syntax=docker/dockerfile:1
# Targets: orchestrator, worker, emulator. docs/deploy.md tells how to build, label and attest them.
ARG NODE_IMAGE=node:24-alpine3.22

FROM ${NODE_IMAGE} AS pnpm
ENV CI=true COREPACK_ENABLE_DOWNLOAD_PROMPT=0 npm_config_store_dir=/pnpm-store npm_config_package_import_method=copy
RUN corepack enable
WORKDIR /baton
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml .pnpmfile.cjs ./

FROM pnpm AS build
# What the programs' bundles hold is installed here only: an SBOM has to look at this stage too.
ARG BUILDKIT_SBOM_SCAN_STAGE=true
COPY apps/orchestrator/package.json apps/orchestrator/
COPY apps/worker/package.json apps/worker/
COPY packages/dag-flow/package.json packages/dag-flow/
COPY packages/emulator/package.json packages/emulator/
COPY packages/plan/package.json packages/plan/
COPY packages/shared/package.json packages/shared/
RUN --mount=type=cache,id=pnpm-store,target=/pnpm-store \
    pnpm install --frozen-lockfile --filter baton --filter '@baton/orchestrator...' --filter '@baton/worker...' --filter '@baton/emulator...'
COPY tsconfig.base.json ./
COPY scripts/bundle.mjs scripts/paths.mjs scripts/
COPY apps apps
COPY packages packages
RUN node scripts/bundle.mjs && node_modules/.bin/tsc -b packages/emulator

# Of each program, what its bundle leaves outside; by the same lockfile.
FROM pnpm AS orchestrator-modules
COPY apps/orchestrator/package.json apps/orchestrator/
# Source maps of web pages, and a compiler that a page's translations could check their types with.
RUN --mount=type=cache,id=pnpm-store,target=/pnpm-store \
    pnpm install --prod --frozen-lockfile --filter @baton/orchestrator \
 && rm -rf node_modules/.pnpm/typescript@* node_modules/.pnpm/@typescript+* \
 && find node_modules/.pnpm -name '*.map' -delete

FROM pnpm AS worker-modules
COPY apps/worker/package.json apps/worker/
RUN --mount=type=cache,id=pnpm-store,target=/pnpm-store \
    pnpm install --prod --frozen-lockfile --filter @baton/worker

FROM pnpm AS emulator-modules
COPY packages/plan/package.json packages/plan/
COPY packages/emulator/package.json packages/emulator/
RUN --mount=type=cache,id=pnpm-store,target=/pnpm-store \
    pnpm install --prod --frozen-lockfile --filter '@baton/emulator...'

FROM ${NODE_IMAGE} AS base
ARG NODE_IMAGE VERSION=0.1.0 REVISION= CREATED= SOURCE=
LABEL org.opencontainers.image.vendor="Baton" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.base.name="docker.io/library/${NODE_IMAGE}"
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /baton
COPY LICENSE ./
# As a number, so that Kubernetes can see that it is not root.
USER 1000:1000
# The programs drain on it by themselves, as PID 1 too.
STOPSIGNAL SIGTERM

FROM base AS orchestrator
LABEL org.opencontainers.image.title="Baton orchestrator" \
      org.opencontainers.image.description="The API, planning, synthesis and the dashboard of Baton."
COPY --from=orchestrator-modules /baton/node_modules node_modules
COPY --from=orchestrator-modules /baton/apps/orchestrator apps/orchestrator
COPY --from=build /baton/apps/orchestrator/dist apps/orchestrator/dist
COPY recipes recipes
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
  CMD ["wget", "-q", "--spider", "http://127.0.0.1:3000/readyz"]
CMD ["node", "apps/orchestrator/dist/main.js"]

FROM base AS worker
LABEL org.opencontainers.image.title="Baton worker" \
      org.opencontainers.image.description="Runs the tasks of Baton's goals."
COPY --from=worker-modules /baton/node_modules node_modules
COPY --from=worker-modules /baton/apps/worker apps/worker
COPY --from=build /baton/apps/worker/dist apps/worker/dist
EXPOSE 3001
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
  CMD ["wget", "-q", "--spider", "http://127.0.0.1:3001/readyz"]
CMD ["node", "apps/worker/dist/main.js"]

FROM base AS emulator
LABEL org.opencontainers.image.title="Baton emulator" \
      org.opencontainers.image.description="Answers as the Messages API does, without a model."
ENV EMULATOR_PORT=4010
COPY --from=emulator-modules /baton/node_modules node_modules
COPY --from=emulator-modules /baton/packages packages
COPY --from=build /baton/packages/plan/dist packages/plan/dist
COPY --from=build /baton/packages/emulator/dist packages/emulator/dist
EXPOSE 4010
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 \
  CMD ["wget", "-q", "--spider", "http://127.0.0.1:4010/readyz"]
CMD ["node", "packages/emulator/dist/main.js"]
