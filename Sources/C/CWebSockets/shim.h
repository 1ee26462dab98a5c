#pragma once
#include <arpa/inet.h>
#include <fcntl.h>
#include <libwebsockets.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <string.h>
#include <netdb.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <time.h>

// Macros with expressions, as constants that Swift can import.
static const int plx_lws_pre = LWS_PRE;
static const int plx_lws_no_listen = CONTEXT_PORT_NO_LISTEN;
static const int plx_lws_use_tls = LCCSCF_USE_SSL;
static const int plx_lws_allow_self_signed = LCCSCF_ALLOW_SELFSIGNED;
static const int plx_lws_pipeline = LCCSCF_PIPELINE;
static const uint64_t plx_lws_options =
    LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_EXPLICIT_VHOSTS;

// An alarm that goes off between being set and the poll it is to end would be used up without
// ending it; so when it goes off it also writes to the pipe that the poll looks at.
typedef struct {
  lws_sorted_usec_list_t timer;
  struct lws_context *context;
} plx_lws_alarm;

__attribute__((unused)) static void plx_lws_alarm_rings(lws_sorted_usec_list_t *timer) {
  lws_cancel_service(((plx_lws_alarm *)(void *)timer)->context);
}

// lws_sul_schedule takes the thread's index; ours is always the only one.
static inline void plx_lws_wake(
    struct lws_context *context, plx_lws_alarm *alarm, int64_t micros) {
  alarm->context = context;
  lws_sul_schedule(context, 0, &alarm->timer, plx_lws_alarm_rings, micros);
}

// The reason's text is taken as mutable and is not changed.
static inline void plx_lws_close_reason(
    struct lws *wsi, int code, const char *text, size_t size) {
  lws_close_reason(wsi, (enum lws_close_status)code, (unsigned char *)text, size);
}

// Names and values are taken as unsigned characters.
static inline int plx_lws_add_header(
    struct lws *wsi, const char *name, const char *value, int size, unsigned char **at,
    unsigned char *end) {
  return lws_add_http_header_by_name(
      wsi, (const unsigned char *)name, (const unsigned char *)value, size, at, end);
}

// The log level and its sink are global.
static inline void plx_lws_log_level(int level) { lws_set_log_level(level, NULL); }

// The protocol list of a vhost ends with an empty entry and must outlive it.
typedef struct {
  struct lws_protocols list[2];
} plx_lws_protocols;

static inline void plx_lws_fill_protocols(
    plx_lws_protocols *protocols, lws_callback_function *callback, size_t receive_bytes) {
  *protocols = (plx_lws_protocols){0};
  protocols->list[0].name = "parallax";
  protocols->list[0].callback = callback;
  protocols->list[0].rx_buffer_size = receive_bytes;
}

// Whole-structure initialisers, since the structures have tens of fields and bit fields.
static inline struct lws_context *plx_lws_context(void *user, const lws_retry_bo_t *idle) {
  struct lws_context_creation_info info = {0};
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.options = plx_lws_options;
  info.user = user;
  info.gid = (gid_t)-1;
  info.uid = (uid_t)-1;
  info.pt_serv_buf_size = 65536;
  info.max_http_header_data = 16384;
  info.max_http_header_pool = 512;
  info.retry_and_idle_policy = idle;
  info.connect_timeout_secs = 10;
  info.timeout_secs = 15;
  return lws_create_context(&info);
}

static inline struct lws_vhost *plx_lws_client_vhost(
    struct lws_context *context, const char *name, const plx_lws_protocols *protocols,
    const lws_retry_bo_t *idle, const char *authority_file, const char *proxy_host,
    unsigned proxy_port) {
  struct lws_context_creation_info info = {0};
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.options = plx_lws_options;
  info.vhost_name = name;
  info.protocols = protocols->list;
  info.retry_and_idle_policy = idle;
  info.client_ssl_ca_filepath = authority_file;
  info.http_proxy_address = proxy_host;
  info.http_proxy_port = proxy_port;
  struct lws_vhost *vhost = lws_create_vhost(context, &info);
  if (vhost != NULL && lws_init_vhost_client_ssl(&info, vhost) != 0) {
    lws_vhost_destroy(vhost);
    return NULL;
  }
  return vhost;
}

static inline struct lws_vhost *plx_lws_server_vhost(
    struct lws_context *context, const char *name, const plx_lws_protocols *protocols,
    const char *address, int port, const char *certificate, const char *key) {
  struct lws_context_creation_info info = {0};
  info.port = port;
  info.iface = address;
  info.vhost_name = name;
  info.protocols = protocols->list;
  info.options = plx_lws_options;
  // Left to itself, libwebsockets opens an IPv6 socket that takes an IPv4 address for all of them.
  struct in_addr numeric;
  if (inet_pton(AF_INET, address, &numeric) == 1) info.options |= LWS_SERVER_OPTION_DISABLE_IPV6;
  info.keepalive_timeout = 60;
  info.ssl_cert_filepath = certificate;
  info.ssl_private_key_filepath = key;
  return lws_create_vhost(context, &info);
}

// Ends a server's vhost. libwebsockets keeps what listens for some seconds before it closes it, and
// tells nobody its descriptor; so it is found by its port, and what listens is taken from under it at
// once: in its place comes something that never has anything to say.
static inline void plx_lws_end_server(struct lws_vhost *vhost, const char *address, int port) {
  struct in_addr wanted;
  const int is_numeric = inet_pton(AF_INET, address, &wanted) == 1;
  for (int found = 3; found < 65536; found++) {
    int listens = 0;
    socklen_t size = sizeof listens;
    if (getsockopt(found, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || !listens) continue;
    struct sockaddr_in own = {0};
    size = sizeof own;
    if (getsockname(found, (struct sockaddr *)(void *)&own, &size) != 0) continue;
    // An IPv6 address has its port at the same place.
    if (ntohs(own.sin_port) != port) continue;
    if (is_numeric && own.sin_family == AF_INET && own.sin_addr.s_addr != wanted.s_addr) continue;
    int silent = eventfd(0, EFD_CLOEXEC);
    if (silent < 0) break;
    if (dup2(silent, found) >= 0) fcntl(found, F_SETFD, FD_CLOEXEC);
    close(silent);
    break;
  }
  lws_vhost_destroy(vhost);
}

// Everything that a connection of ours is opened with.
static inline struct lws *plx_lws_connect(
    struct lws_context *context, struct lws_vhost *vhost, const char *address, int port,
    const char *host, const char *target, const char *method, int flags,
    const lws_retry_bo_t *idle, void *opaque) {
  struct lws_client_connect_info info = {0};
  info.context = context;
  info.vhost = vhost;
  info.address = address;
  info.port = port;
  info.host = host;
  info.path = target;
  info.method = method;
  info.ssl_connection = flags;
  info.alpn = "http/1.1";
  info.retry_and_idle_policy = idle;
  info.opaque_user_data = opaque;
  info.local_protocol_name = "parallax";
  return lws_client_connect_via_info(&info);
}

// Why a certificate was found wanting, or null where it was not; `store` is an X509_STORE_CTX.
static inline const char *plx_certificate_error(void *store) {
  int error = X509_STORE_CTX_get_error((X509_STORE_CTX *)store);
  return error == X509_V_OK ? NULL : X509_verify_cert_error_string(error);
}

// libwebsockets 4.1 takes a header whose name begins like a known one's ("x-auth:" like
// "x-auth-token:") for a part of the next header's name. It is then kept, in small letters, as one
// unknown header "x-auth: value\r\nnext:", somewhere behind the request's path. Finds that name, which
// lws_hdr_custom_copy then takes; returns its length, or 0.
static inline int plx_lws_swallowed(struct lws *wsi, const char *name, const char **found) {
  char *start = NULL;
  int path = 0;
  if (lws_http_get_uri_and_method(wsi, &start, &path) < 0 || start == NULL) return 0;
  // The path stands at the beginning of a buffer of max_http_header_data bytes.
  const size_t size = 16384 - 512, length = strlen(name);
  for (size_t i = 0; i + length < size; i++) {
    if (memcmp(start + i, name, length) != 0) continue;
    size_t end = i + length;
    while (end + 1 < size && !(start[end] == '\r' && start[end + 1] == '\n')) end++;
    while (end < size && start[end] != ':') end++;
    int count = (int)(end + 1 - i);
    if (end < size && lws_hdr_custom_length(wsi, start + i, count) >= 0) {
      *found = start + i;
      return count;
    }
  }
  return 0;
}
