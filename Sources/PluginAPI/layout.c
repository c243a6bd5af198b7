// layout.c - proves at compile time that no released field of the contract has moved. Offsets are those of a 64-bit
// machine; a new field goes to the end of its struct and gets its line here.
#include <assert.h>
#include <stddef.h>

#include "stylehost/stylehost.h"

#define AT(type, field, offset) static_assert(offsetof(type, field) == (offset), #type "." #field " has moved")

AT(sth_error, message, 8);
AT(sth_image, data, 32);
AT(sth_frame_info, full_range, 60);
AT(sth_param, choices, 96);
AT(sth_value, image, 24);
AT(sth_value, images, 32);
AT(sth_value, reserved, 40);
AT(sth_params, values, 8);
AT(sth_tensor, data, 144);
AT(sth_weights_api, metadata, 56);
AT(sth_planes, w, 32);
AT(sth_conv2d, in_relu, 60);
AT(sth_conv2d_operands, workspace, 120);
AT(sth_kernels, upsample_nearest_f32, 80);
AT(sth_graph_api, run, 264);
AT(sth_graph_api, refresh, 304);
AT(sth_graph_api, stop_gradient, 328);
AT(sth_host, get_extension, 80);
AT(sth_descriptor, params, 64);
AT(sth_stream, reserved, 20);
AT(sth_format, out_white, 24);
AT(sth_process, out, 32);
AT(sth_entry, get_extension, 80);
AT(sth_model_info, multiply_adds_per_pixel, 264);
AT(sth_model_info, width, 4);
AT(sth_fresh_tensor, dims, 24);
AT(sth_models_api, describe_fresh, 16);
