#pragma once
#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo take a variable list of arguments, which Swift cannot call.

static inline CURLcode plx_curl_set_text(CURL *curl, CURLoption option, const char *value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode plx_curl_set_number(CURL *curl, CURLoption option, long value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode plx_curl_set_pointer(CURL *curl, CURLoption option, void *value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode plx_curl_set_writer(
  CURL *curl, size_t (*writer)(char *bytes, size_t size, size_t count, void *context)) {
  return curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, writer);
}

static inline long plx_curl_status(CURL *curl) {
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}
