# One program, one volume. Build it with: docker build --tag meanwhile .
FROM node:22-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN MEANWHILE_BROTLI=11 npm run build

FROM rust:1.95-bookworm AS program
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY crates crates
COPY scenarios scenarios
COPY web web
COPY --from=web /src/web/dist web/dist
RUN cargo build --release --locked --package meanwhile

# PDF files are found by their names alone: a container may not make the sandbox in which other programs are run.
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 8600 --home-dir /data meanwhile \
    && install --directory --owner meanwhile --group meanwhile --mode 700 /data
COPY --from=program /src/target/release/meanwhile /usr/local/bin/meanwhile
USER meanwhile
ENV MEANWHILE_DATA=/data MEANWHILE_LISTEN=0.0.0.0:8600
VOLUME /data
EXPOSE 8600
# With TLS, whoever speaks plain http is led to https by a server that is there.
HEALTHCHECK --start-period=30s CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8600 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && grep -qE '^ready|^HTTP/1.. 308' <&3"]
ENTRYPOINT ["meanwhile"]
CMD ["serve"]
