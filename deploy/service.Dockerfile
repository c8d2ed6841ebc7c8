# One image per service, all from this file: docker build -f deploy/service.Dockerfile --build-arg SERVICE=Helpdesk .
# Everything is compiled in one stage that knows nothing of SERVICE, so building all images compiles once.

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS projects
COPY . /src
# What restore reads and nothing else: editing code then leaves the layer with the packages as it is.
RUN find /src -type f ! -name '*.csproj' ! -name '*.sln*' ! -name '*.props' ! -name global.json -delete

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
# The event store's engine, Npgsql or Marten; MSBuild finds it in the environment.
ARG EventStoreEngine
WORKDIR /src
COPY --from=projects /src .
RUN dotnet restore deploy/services.slnf
COPY . .
# The analyzers have had their say in the tests.
RUN dotnet publish deploy/services.slnf --configuration Release --no-restore \
    -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false -p:GenerateDocumentationFile=false -p:DebugType=none

FROM mcr.microsoft.com/dotnet/aspnet:10.0
ARG SERVICE
RUN install --directory --owner=$APP_UID /data
WORKDIR /app
COPY --from=build /src/artifacts/publish/Sms.$SERVICE/release .
RUN ln --symbolic Sms.$SERVICE service
# The image has no curl, and a .NET program takes a second to start: bash asks.
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [[ $status == 200 ]]"]
ENV DOTNET_gcServer=0 DOTNET_EnableDiagnostics=0
USER $APP_UID
EXPOSE 8080
ENTRYPOINT ["./service"]
