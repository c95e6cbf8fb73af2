// A client's author at work: several operations, all of it typed by the document.
import createClient from "openapi-fetch";
import type { components, paths } from "./zhangban";

type Application = components["schemas"]["ApplicationView"];

const api = createClient<paths>({ baseUrl: "http://127.0.0.1:8000" });
const session = { Authorization: "Bearer …" };

export async function begin(): Promise<Application> {
  const { data, error, response } = await api.POST("/api/v1/applications", {
    params: { header: { "Idempotency-Key": "0198a5c2-7b3e" } },
    headers: session,
    body: { programme: "dibao", division: "610304001001", area: "urban" },
  });
  if (error) throw new Error(`${error.code}: ${error.title} ${error.detail}`);
  const etag: string | null = response.headers.get("ETag");
  await api.PATCH("/api/v1/applications/{application_id}", {
    params: { path: { application_id: data.id }, header: { "If-Match": etag ?? "" } },
    headers: session,
    body: { cashAssetsFen: 500_000 },
  });
  return data;
}

export async function mine(): Promise<string[]> {
  const { data } = await api.GET("/api/v1/applications", {
    params: { query: { limit: 20 } },
    headers: session,
  });
  return (data?.items ?? []).map((item) => `${item.programme} ${item.state}`);
}

export async function programmes(): Promise<string[]> {
  const { data } = await api.GET("/api/v1/programmes");
  return (data?.items ?? []).map((item) => item.name.zh);
}
