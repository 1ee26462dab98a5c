#pragma once
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

// BIO_get_mem_data is a macro with a cast.
static inline long plx_bio_memory(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }

// EVP_EC_gen is a variadic macro.
static inline EVP_PKEY *plx_generate_p256(void) { return EVP_EC_gen("P-256"); }
