// Each marked line is wrong, and the compiler must say so: make clients counts them.
import createClient from "openapi-fetch";
import type { paths } from "./zhangban";

const api = createClient<paths>({ baseUrl: "http://127.0.0.1:8000" });

export async function wrong(): Promise<void> {
  await api.GET("/api/v1/nowhere"); // wrong: no such path
  await api.GET("/api/v1/applications", { params: { query: { limit: "20" } } }); // wrong: a number
  const { data } = await api.GET("/api/v1/programmes");
  const count: number = data!.items[0]!.name.zh; // wrong: a text
  await api.POST("/api/v1/mandates", { params: { header: { "Idempotency-Key": "0198a5c2" } } }); // wrong: no body
  console.log(count);
}
