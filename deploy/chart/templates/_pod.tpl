{{- define "courier.labels" -}}
app.kubernetes.io/name: courier
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "courier.account" -}}
{{ .Values.serviceAccount.name | default (printf "%s-courier" .Release.Name) }}
{{- end }}

{{- define "courier.image" -}}
{{ . | first }}:{{ (index . 1).Values.images.tag | default (index . 1).Chart.AppVersion }}
{{- end }}

{{/* A number of the values as the services read it: YAML's large ones arrive as 1.09951e+12. */}}
{{- define "courier.value" -}}
{{ if and (kindIs "float64" .) (eq . (floor .)) }}{{ int64 . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{/* A variable out of the Secret; optional ones may be missing there. */}}
{{- define "courier.secret" -}}
- name: {{ .name }}
  valueFrom: {secretKeyRef: {name: {{ .root.Values.secret }}, key: {{ .key | default .name }}{{ if .optional }}, optional: true{{ end }}}}
{{- end }}

{{/* What both services know: Redis, their common secret, where files lie. */}}
{{- define "courier.shared" -}}
{{ include "courier.secret" (dict "root" .root "name" "REDIS_URL") }}
{{ include "courier.secret" (dict "root" .root "name" "ML_ANALYZE_SECRET") }}
- {name: LOG_FORMAT, value: json}
- {name: SHARED_DIR, value: /app/shared}
{{- with .root.Values.store.address }}
- {name: SHARED_STORE, value: {{ . | quote }}}
- {name: SHARED_STORE_ENDPOINT, value: {{ $.root.Values.store.endpoint | quote }}}
{{ include "courier.secret" (dict "root" $.root "name" "AWS_ACCESS_KEY_ID" "optional" true) }}
{{ include "courier.secret" (dict "root" $.root "name" "AWS_SECRET_ACCESS_KEY" "optional" true) }}
{{- end }}
{{- end }}

{{/* The courier: everything; past the pooler only where a session is needed. */}}
{{- define "courier.environment" -}}
- {name: ENVIRONMENT, value: production}
{{ include "courier.secret" (dict "root" .root "name" "DATABASE_URL" "key" (ternary "POOLED_DATABASE_URL" "DATABASE_URL" (and .root.Values.pgbouncer.enabled (not .direct)))) }}
{{ include "courier.secret" (dict "root" .root "name" "SECRET_KEY") }}
{{ include "courier.secret" (dict "root" .root "name" "JWT_SECRET") }}
{{ include "courier.secret" (dict "root" .root "name" "ADMIN_PASSWORD" "optional" true) }}
{{ include "courier.secret" (dict "root" .root "name" "METRICS_TOKEN" "optional" true) }}
{{ include "courier.shared" . }}
- {name: ML_ANALYZE_URL, value: "http://{{ .root.Release.Name }}-ml-analyze:8001"}
- {name: BACKUP_DIR, value: {{ ternary "/backups" "" (ne .root.Values.backups.claim "") | quote }}}
{{- range $name, $value := .root.Values.settings }}
- {name: {{ $name }}, value: {{ include "courier.value" $value | quote }}}
{{- end }}
{{- end }}

{{/* ml-analyze opens strangers' files: it knows no secret of the courier's and no database. */}}
{{- define "courier.analysisEnvironment" -}}
{{ include "courier.shared" . }}
- {name: ML_CACHE_DIR, value: /var/cache/ml-analyze}
{{- range $name, $value := .root.Values.analysisSettings }}
- {name: {{ $name }}, value: {{ include "courier.value" $value | quote }}}
{{- end }}
{{- end }}

{{- define "courier.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "courier.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "courier.mounts" -}}
- {name: tmp, mountPath: /tmp}
- {name: shared, mountPath: /app/shared}
{{- if .analysis }}
- {name: cache, mountPath: /var/cache/ml-analyze}
{{- else if .root.Values.backups.claim }}
- {name: backups, mountPath: /backups}
{{- end }}
{{- end }}

{{- define "courier.volumes" -}}
- {name: tmp, emptyDir: {sizeLimit: 1Gi}}
{{- if .root.Values.store.address }}
- {name: shared, emptyDir: {sizeLimit: {{ .root.Values.store.copies }}}}
{{- else }}
- {name: shared, persistentVolumeClaim: {claimName: {{ .root.Values.volume.claim | default (printf "%s-shared" .root.Release.Name) }}}}
{{- end }}
{{- if .analysis }}
- {name: cache, emptyDir: {sizeLimit: {{ .root.Values.analysisWorker.cache }}}}
{{- else if .root.Values.backups.claim }}
- {name: backups, persistentVolumeClaim: {claimName: {{ .root.Values.backups.claim }}}}
{{- end }}
{{- end }}

{{/* One Deployment and its disruption budget. root, component, values, analysis, command, port, path or check. */}}
{{- define "courier.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .root.Release.Name }}-{{ .component }}
  labels: {{- include "courier.labels" . | nindent 4 }}
spec:
  {{- if not (and .root.Values.keda.enabled .values.maxReplicas) }}
  replicas: {{ .values.replicas }}
  {{- end }}
  strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
  selector: {matchLabels: {{ include "courier.labels" . | fromYaml | toJson }}}
  template:
    metadata:
      labels: {{- include "courier.labels" . | nindent 8 }}
    spec:
      serviceAccountName: {{ include "courier.account" .root }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: 30
      securityContext: {{- include "courier.podSecurity" . | nindent 8 }}
      {{- with .root.Values.images.pullSecrets }}
      imagePullSecrets: {{- toYaml . | nindent 8 }}
      {{- end }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector: {matchLabels: {{ include "courier.labels" . | fromYaml | toJson }}}
      containers:
        - name: {{ .component }}
          image: {{ include "courier.image" (list (ternary .root.Values.images.analysis .root.Values.images.courier .analysis) .root) }}
          imagePullPolicy: {{ .root.Values.images.pullPolicy }}
          command: {{- toYaml .command | nindent 12 }}
          env:
            {{- include (ternary "courier.analysisEnvironment" "courier.environment" .analysis) . | nindent 12 }}
          {{- if .port }}
          ports: [{name: http, containerPort: {{ .port }}}]
          startupProbe: {httpGet: {path: {{ .live }}, port: http}, periodSeconds: 3, failureThreshold: 40}
          livenessProbe: {httpGet: {path: {{ .live }}, port: http}, periodSeconds: 15, timeoutSeconds: 10, failureThreshold: 4}
          readinessProbe: {exec: {command: [python, deploy/healthcheck.py, "http://127.0.0.1:{{ .port }}{{ .ready }}"]}, periodSeconds: 15, timeoutSeconds: 10}
          {{- else }}
          startupProbe: {exec: {command: [python, deploy/healthcheck.py, {{ .check }}]}, periodSeconds: 5, timeoutSeconds: 10, failureThreshold: 24}
          livenessProbe: {exec: {command: [python, deploy/healthcheck.py, {{ .check }}]}, periodSeconds: 15, timeoutSeconds: 10, failureThreshold: 8}
          {{- end }}
          resources: {{- toYaml .values.resources | nindent 12 }}
          securityContext: {{- include "courier.containerSecurity" . | nindent 12 }}
          volumeMounts: {{- include "courier.mounts" . | nindent 12 }}
      volumes: {{- include "courier.volumes" . | nindent 8 }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .root.Release.Name }}-{{ .component }}
  labels: {{- include "courier.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {{ include "courier.labels" . | fromYaml | toJson }}}
{{- end }}
